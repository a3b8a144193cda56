/** What to send, by operation. Each is checked against the schema of the body when the document is made. */
export const examples: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  updateWorkspace: { 'Another zone': { zone: 'Indian/Reunion', latePolicy: { graceMinutes: 30 } } },
  addUser: { 'A contributor': { name: 'Léa Martin', email: 'lea@example.fr', role: 'contributor' } },
  updateUser: { 'Another role': { role: 'manager' } },
  createApiKey: { 'For a website': { name: 'Website', scopes: ['posts:read', 'posts:write', 'posts:publish'] } },
  createChannel: {
    'A feed of one’s own, with nothing to sign up for': { network: 'feed', credentials: {}, name: 'News' },
    Bluesky: {
      network: 'bluesky',
      credentials: { identifier: 'chezcamille.bsky.social', appPassword: 'xxxx-xxxx-xxxx-xxxx' },
    },
    Mastodon: { network: 'mastodon', credentials: { instance: 'mastodon.social', accessToken: '…' } },
    'A network that no program may post to': {
      network: 'handover',
      credentials: {},
      settings: { of: 'Xing', profileUrl: 'https://www.xing.com/profile/Camille_Durand' },
    },
    'A Facebook Page': { network: 'facebook', credentials: { pageId: '1234567890', accessToken: '…' } },
  },
  startConnection: {
    'A person’s Pages': { network: 'facebook', returnUrl: 'https://console.example.fr/channels' },
    'A channel to be reconnected': { network: 'facebook', channelId: 'chan_01K9ZB3M5QWERTY0123456789A' },
  },
  chooseAccounts: { 'One Page of several': { accounts: ['1234567890'], name: 'Boulangerie' } },
  createPost: {
    'At a moment': {
      text: 'Les tartes aux pommes sont de retour.',
      channels: ['chan_01K9ZB3M5QWERTY0123456789A'],
      schedule: { at: '2026-12-01T09:00:00', zone: 'Europe/Paris' },
    },
    'At once': {
      text: 'Nous ouvrons à 10 h ce matin.',
      channels: ['chan_01K9ZB3M5QWERTY0123456789A'],
      schedule: { now: true },
    },
    'By hand, for what an API cannot do': {
      text: 'Notre four en musique.',
      channels: ['chan_01K9ZB3M5QWERTY0123456789A'],
      schedule: { at: '2026-12-01T09:00:00', zone: 'Europe/Paris' },
      variants: {
        chan_01K9ZB3M5QWERTY0123456789A: {
          deliver: 'handover',
          instructions: 'Ajouter « La Mer » depuis la bibliothèque de musique, et l’autocollant de la ville.',
        },
      },
    },
    'Each channel its own hour': {
      text: 'Bonne année !',
      channels: ['chan_01K9ZB3M5QWERTY0123456789A', 'chan_01K9ZB3M5QWERTY0123456789B'],
      schedule: { at: '2027-01-01T09:00:00', zone: 'Indian/Reunion' },
      variants: {
        chan_01K9ZB3M5QWERTY0123456789B: { schedule: { at: '2027-01-01T09:00:00', zone: 'America/Martinique' } },
      },
    },
    'A draft': { text: 'À relire.', channels: ['chan_01K9ZB3M5QWERTY0123456789A'] },
  },
  schedulePost: { 'Another moment': { schedule: { at: '2026-12-01T18:00:00', zone: 'Europe/Paris' } } },
  confirmSubscription: { 'With the box ticked': { tracking: 'fr' } },
  finishHandover: {
    'With its address': {
      token: '…',
      version: '1',
      url: 'https://www.xing.com/discover/detail-activities/1234567890',
    },
  },
  giveHandoverBack: { 'It could not be done': { token: '…', version: '1', why: 'Le format est refusé.' } },
  resolvePublication: {
    'It is there': { published: { url: 'https://bsky.app/profile/chezcamille.bsky.social/post/3k' } },
    'It is not there: send it again': { resend: true },
    'Leave it': { cancel: true },
  },
  createMedia: {
    'A photo': { filename: 'tarte.jpg', mime: 'image/jpeg', bytes: 184_320, alt: 'Une tarte aux pommes dorée' },
  },
  createMention: {
    'At the counter': {
      channelId: 'chan_01K9ZB3M5QWERTY0123456789A',
      text: 'La tarte était froide.',
      author: { name: 'M. Durand' },
    },
  },
  createMentionAction: {
    'An answer': { action: 'reply', text: 'Merci ! À dimanche.' },
    'Out of sight': { action: 'hide' },
    'Answered on the telephone': { action: 'reply', text: 'Rappelé à 10 h.', byHand: true },
  },
  setPublicationMetrics: { 'Read off a telephone': { likes: 42, comments: 3 } },
  createList: {
    'A monthly letter': {
      name: 'La lettre du fournil',
      channelId: 'chan_01K9ZB3M5QWERTY0123456789A',
      wording: 'J’accepte de recevoir la lettre du fournil une fois par mois. Je peux me désinscrire à tout moment.',
      footer: 'Boulangerie Camille, 1 quai des Brumes, 29000 Quimper',
    },
  },
  addSubscriber: { 'From a form': { email: 'lea@example.fr', source: 'https://camille.example.fr/lettre' } },
  importSubscribers: {
    'From the till': {
      proof: {
        at: '2026-10-03T09:12:00Z',
        source: 'Formulaire papier au comptoir',
        wording: 'Je veux recevoir la lettre.',
      },
      subscribers: [{ email: 'zoe@example.fr', name: 'Zoé' }, { email: 'max@example.fr' }],
    },
  },
  liftBounce: {
    'The address works after all': { email: 'lea@example.fr', reason: 'Confirmed by telephone on 3 November' },
  },
  createEndpoint: {
    'What left, and what did not': {
      url: 'https://example.fr/parvis',
      events: ['publication.published', 'publication.rejected'],
    },
  },
}
