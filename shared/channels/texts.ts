import { defineTexts } from '../i18n/index.ts'

export const channelsTexts = defineTexts('channels', {
  pausedBy: { en: 'Paused by {name}.', fr: 'Mis en pause par {name}.' },
  reconnectIt: {
    en: 'The network no longer accepts the credentials of {name}: reconnect it with new ones.',
    fr: 'Le réseau n’accepte plus les identifiants de {name} : reconnectez ce canal avec de nouveaux identifiants.',
  },
  internal: {
    en: 'Something went wrong on our side; it was logged.',
    fr: 'Une erreur est survenue de notre côté ; elle a été enregistrée.',
  },
  notBack: {
    en: 'The person has not come back from the network yet.',
    fr: 'La personne n’est pas encore revenue du réseau.',
  },
  severalAccounts: {
    en: 'There are several accounts: name one by externalId.',
    fr: 'Plusieurs comptes sont possibles : indiquez lequel par externalId.',
  },
  oneName: { en: 'One name cannot serve several channels.', fr: 'Un même nom ne peut pas servir à plusieurs canaux.' },
  notOpened: {
    en: 'The person did not give us access to this account.',
    fr: 'La personne ne nous a pas donné accès à ce compte.',
  },
  notAmongAccounts: { en: 'It is not among `accounts`.', fr: 'Il ne figure pas dans `accounts`.' },
  noAccount: {
    en: 'The permission gives access to no {network} account that can be connected.',
    fr: 'L’autorisation ne donne accès à aucun compte {network} qui puisse être connecté.',
  },
  otherNetwork: {
    en: '{name} is a {network} channel, not a {network2} channel.',
    fr: '{name} est un canal {network}, pas un canal {network2}.',
  },
  noConsent: {
    en: '{network} asks nobody for consent: connect it with credentials, at POST /v1/channels.',
    fr: '{network} ne demande le consentement de personne : connectez-le avec des identifiants, par POST /v1/channels.',
  },
  notGiven: {
    en: 'The permission was not given on {network}.',
    fr: 'L’autorisation n’a pas été donnée sur {network}.',
  },
  notAllowed: { en: '{network} did not allow it: “{words}”.', fr: '{network} ne l’a pas permis : « {words} ».' },
  nobodyBack: {
    en: 'Nobody came back from the network within ten minutes. Start again.',
    fr: 'Personne n’est revenu du réseau dans les dix minutes. Recommencez.',
  },
  nobodyChose: {
    en: 'No account was chosen within an hour. Start again.',
    fr: 'Aucun compte n’a été choisi dans l’heure. Recommencez.',
  },
  gonePlus: {
    en: 'Google+ closed on 2 April 2019, and its successor Currents in 2023. For a place on the map, connect google_business; for videos, youtube.',
    fr: 'Google+ a fermé le 2 avril 2019, et son successeur Currents en 2023. Pour un établissement sur la carte, connectez google_business ; pour des vidéos, youtube.',
  },
  goneViadeo: {
    en: 'Viadeo closed its developer interface; nothing can be published there. Its audience moved to LinkedIn: connect linkedin.',
    fr: 'Viadeo a fermé son interface aux développeurs ; rien ne peut y être publié. Son public est passé sur LinkedIn : connectez linkedin.',
  },
  goneMyspace: {
    en: 'MySpace closed its developer interface; nothing can be published there. For music and video, connect youtube, instagram or tiktok.',
    fr: 'MySpace a fermé son interface aux développeurs ; rien ne peut y être publié. Pour la musique et la vidéo, connectez youtube, instagram ou tiktok.',
  },
  goneGroups: {
    en: 'Facebook removed the Groups API in April 2024: no tool can publish in groups. Connect a Page (facebook), or hand posts over to a person (handover).',
    fr: 'Facebook a retiré l’API des groupes en avril 2024 : aucun outil ne peut y publier. Connectez une Page (facebook), ou confiez les publications à quelqu’un (handover).',
  },
  goneProfile: {
    en: 'Since August 2018, Facebook lets no tool publish on personal profiles. Connect a Page (facebook), or hand posts over to a person (handover).',
    fr: 'Depuis août 2018, Facebook ne laisse aucun outil publier sur un profil personnel. Connectez une Page (facebook), ou confiez les publications à quelqu’un (handover).',
  },
  goneBasicDisplay: {
    en: 'Instagram Basic Display ended on 4 December 2024. Switch to a professional account, then connect instagram.',
    fr: 'Instagram Basic Display a pris fin le 4 décembre 2024. Passez à un compte professionnel, puis connectez instagram.',
  },
  goneReddit: {
    en: 'Since November 2025, Reddit gives new applications no access by themselves: each request is reviewed by hand. Hand posts over to a person (handover), and follow subreddits by their feeds.',
    fr: 'Depuis novembre 2025, Reddit ne donne plus d’accès direct aux nouvelles applications : chaque demande est examinée à la main. Confiez les publications à quelqu’un (handover), et suivez les subreddits par leurs flux.',
  },
  goneVine: {
    en: 'Vine closed in January 2017. For short videos, connect tiktok, instagram (reels) or youtube (shorts).',
    fr: 'Vine a fermé en janvier 2017. Pour des vidéos courtes, connectez tiktok, instagram (reels) ou youtube (shorts).',
  },
  gonePeriscope: {
    en: 'Periscope closed in March 2021. For live video, use X or YouTube directly; for posts, connect x or youtube.',
    fr: 'Periscope a fermé en mars 2021. Pour la vidéo en direct, passez par X ou YouTube ; pour les publications, connectez x ou youtube.',
  },
  goneSkyrock: {
    en: 'Skyrock closed its blogs on 21 August 2023. Connect wordpress for a blog, or instagram for its audience.',
    fr: 'Skyrock a fermé ses blogs le 21 août 2023. Connectez wordpress pour un blog, ou instagram pour son public.',
  },
  goneOrkut: {
    en: 'Orkut closed in September 2014. Connect facebook.',
    fr: 'Orkut a fermé en septembre 2014. Connectez facebook.',
  },
  goneFriendfeed: {
    en: 'FriendFeed closed in April 2015. Connect mastodon or bluesky.',
    fr: 'FriendFeed a fermé en avril 2015. Connectez mastodon ou bluesky.',
  },
  goneBuzz: {
    en: 'Google Buzz closed in December 2011. Connect threads, x, mastodon or bluesky.',
    fr: 'Google Buzz a fermé en décembre 2011. Connectez threads, x, mastodon ou bluesky.',
  },
  goneFleets: {
    en: 'Twitter’s Fleets ended on 3 August 2021. For stories, connect instagram, facebook or snapchat.',
    fr: 'Les Fleets de Twitter ont pris fin le 3 août 2021. Pour des stories, connectez instagram, facebook ou snapchat.',
  },
  goneIgtv: {
    en: 'IGTV became Instagram Video in October 2021. Connect instagram, and publish a reel.',
    fr: 'IGTV est devenu Instagram Vidéo en octobre 2021. Connectez instagram, et publiez un reel.',
  },
  goneClubhouse: {
    en: 'Clubhouse has no interface for other tools. Hand posts over to a person (handover).',
    fr: 'Clubhouse n’a pas d’interface pour d’autres outils. Confiez les publications à quelqu’un (handover).',
  },
  goneKoo: {
    en: 'Koo closed in July 2024. Connect mastodon, bluesky or threads.',
    fr: 'Koo a fermé en juillet 2024. Connectez mastodon, bluesky ou threads.',
  },
  gonePosterous: {
    en: 'Posterous closed in April 2013. Connect wordpress or ghost.',
    fr: 'Posterous a fermé en avril 2013. Connectez wordpress ou ghost.',
  },
  goneStorify: {
    en: 'Storify closed in May 2018. Connect wordpress or ghost.',
    fr: 'Storify a fermé en mai 2018. Connectez wordpress ou ghost.',
  },
  goneDelicious: {
    en: 'Delicious closed in 2017. To keep links, connect pinterest, or publish a feed.',
    fr: 'Delicious a fermé en 2017. Pour garder des liens, connectez pinterest, ou publiez un flux.',
  },
  goneStumbleupon: {
    en: 'StumbleUpon closed in June 2018. Connect pinterest.',
    fr: 'StumbleUpon a fermé en juin 2018. Connectez pinterest.',
  },
  noSuchField: { en: 'This field does not exist.', fr: 'Ce champ n’existe pas.' },
  oauthInstead: {
    en: '{network} takes no credentials here: it asks the person for consent, at POST /v1/channels/connect (with `channelId` to reconnect).',
    fr: '{network} ne prend pas d’identifiants chez nous : il demande le consentement de la personne, par POST /v1/channels/connect (avec `channelId` pour reconnecter).',
  },
  inputRefused: {
    en: '{network} cannot be connected with this: see the problems.',
    fr: '{network} ne peut pas être connecté avec ces données : voyez le détail des problèmes.',
  },
  settingsRefused: {
    en: 'These settings do not fit a {network} channel: see the problems.',
    fr: 'Ces réglages ne conviennent pas à un canal {network} : voyez le détail des problèmes.',
  },
  noSuchSetting: { en: 'This setting does not exist.', fr: 'Ce réglage n’existe pas.' },
  notAsked: { en: '{network} was not called. {why}', fr: '{network} n’a pas été appelé. {why}' },
  unreachable: {
    en: '{network} does not answer, and nothing was changed. {why} Check the address, or try again in a moment.',
    fr: '{network} ne répond pas, et rien n’a été modifié. {why} Vérifiez l’adresse, ou réessayez dans un instant.',
  },
  cannotRenew: {
    en: '{network} does not renew credentials by itself. Connect the channel again.',
    fr: '{network} ne renouvelle pas les identifiants de lui-même. Reconnectez le canal.',
  },
  renewalFailed: {
    en: 'The access to {network} could not be renewed: {why}',
    fr: 'L’accès à {network} n’a pas pu être renouvelé : {why}',
  },
  reconnectNeeded: {
    en: 'The network no longer accepts the credentials. Connect the channel again.',
    fr: 'Le réseau n’accepte plus les identifiants. Reconnectez le canal.',
  },
  disconnected: { en: 'The channel was disconnected in the meantime.', fr: 'Le canal a été déconnecté entre-temps.' },
  renewing: {
    en: 'The access to the network is being renewed; try again in a moment.',
    fr: 'L’accès au réseau est en cours de renouvellement ; réessayez dans un instant.',
  },
  alreadyConnected: {
    en: '{handle} is already connected, as the channel {channelId}. Reconnect that one to give it new credentials.',
    fr: '{handle} est déjà connecté : c’est le canal {channelId}. Reconnectez celui-ci pour lui donner de nouveaux identifiants.',
  },
  returnUrl: {
    en: 'An https address (http for a page on this machine), without name, password or fragment, such as https://example.org/done.',
    fr: 'Une adresse https (http pour une page de cette machine), sans nom, mot de passe ni fragment, par exemple https://example.org/fin.',
  },
  nothingToChange: { en: 'Give a name, settings, or both.', fr: 'Indiquez un nom, des réglages, ou les deux.' },
  failed: { en: 'The connection failed. Start again.', fr: 'La connexion a échoué. Recommencez.' },
  startAgain: { en: '{reason} Start again.', fr: '{reason} Recommencez.' },
  otherAccount: {
    en: 'These are the credentials of {given}, and this channel is {wanted}. Connect the other account as a channel of its own.',
    fr: 'Ces identifiants sont ceux de {given}, et ce canal est {wanted}. Connectez l’autre compte comme un nouveau canal.',
  },
})
