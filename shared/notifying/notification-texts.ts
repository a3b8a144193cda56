import { defineTexts } from '../i18n/index.ts'

/**
 * What a notification says: its title, what happened, what it means, what settles it. `{network}`: its own name; `{of}`:
 * whose account it is; `{place}`: both; `{excerpt}`: the first words; `{reason}`: ours, with the network's words quoted.
 */
export const notificationTexts = defineTexts('notification', {
  of: { en: ' of {name}', fr: ' de {name}' },
  place: { en: '{network} ({name})', fr: '{network} ({name})' },
  channel: { en: 'a channel', fr: 'un canal' },
  excerpt: { en: '“{text}”', fr: '« {text} »' },
  noExcerpt: { en: 'without text', fr: 'sans texte' },
  when: { en: '{at:moment}', fr: '{at:moment}' },
  noDate: { en: 'at no set time', fr: 'sans date' },
  noReason: { en: 'not stated.', fr: 'non précisée.' },

  rejectedTitle: {
    en: '{network} refused the publication{of}: {excerpt}',
    fr: '{network} a refusé la publication{of} : {excerpt}',
  },
  rejected: {
    en: '{network} refused the publication{of} {excerpt}, due {when}. Reason: {reason}',
    fr: '{network} a refusé la publication{of} {excerpt}, prévue {when}. Raison : {reason}',
  },
  rejectedMeans: {
    en: 'It is not live, and nothing more will be tried.',
    fr: 'Elle n’est pas en ligne, et aucun nouvel essai n’aura lieu.',
  },
  rejectedSettles: {
    en: 'Correct what was refused, then retry the publication.',
    fr: 'Corrigez ce qui a été refusé, puis relancez la publication.',
  },

  failedTitle: { en: 'Not published on {place}: {excerpt}', fr: 'Échec de publication sur {place} : {excerpt}' },
  failed: {
    en: 'The publication {excerpt}, due {when}, could not be sent to {place}. Reason: {reason}',
    fr: 'La publication {excerpt}, prévue {when}, n’a pas pu être envoyée à {place}. Raison : {reason}',
  },
  failedMeans: {
    en: 'It is not live, and Parvis has stopped trying.',
    fr: 'Elle n’est pas en ligne et Parvis a cessé d’essayer.',
  },
  failedSettles: {
    en: 'Retry the publication once the cause is fixed.',
    fr: 'Relancez la publication une fois la cause réglée.',
  },

  handedBackTitle: { en: 'Handed back, {place}: {excerpt}', fr: 'Publication rendue, {place} : {excerpt}' },
  handedBack: {
    en: 'The publication {excerpt}, due {when} on {place}, was not done. {reason}',
    fr: 'La publication {excerpt}, prévue {when} sur {place}, n’a pas été faite. {reason}',
  },
  handedBackMeans: {
    en: 'It is not live, and nobody is in charge of it any more.',
    fr: 'Elle n’est pas en ligne, et plus personne n’en est chargé.',
  },
  handedBackSettles: {
    en: 'Settle what stood in the way, then retry the publication.',
    fr: 'Levez l’obstacle indiqué, puis relancez la publication.',
  },

  partialTitle: { en: 'Thread cut short on {place}: {excerpt}', fr: 'Fil interrompu sur {place} : {excerpt}' },
  partial: {
    en: 'Only a part of the thread {excerpt}, due {when}, is live on {place}. Reason: {reason}',
    fr: 'Seule une partie du fil {excerpt}, prévu {when}, est en ligne sur {place}. Raison : {reason}',
  },
  partialMeans: {
    en: 'The first messages are live, the rest is missing.',
    fr: 'Les premiers messages sont en ligne, la suite manque.',
  },
  partialSettles: {
    en: 'Look at what is live, then complete the thread or delete it.',
    fr: 'Regardez ce qui est en ligne, puis complétez le fil ou supprimez-le.',
  },

  unconfirmedTitle: { en: 'To check on {place}: {excerpt}', fr: 'À vérifier sur {place} : {excerpt}' },
  unconfirmed: {
    en: 'The answer of {place} was lost while sending {excerpt}, due {when}. {reason}',
    fr: 'La réponse de {place} s’est perdue pendant l’envoi de la publication {excerpt}, prévue {when}. {reason}',
  },
  unconfirmedMeans: {
    en: 'Nobody can tell whether it is live. Parvis does not send it again, so as not to publish twice.',
    fr: 'Impossible de savoir si elle est en ligne. Parvis ne la renvoie pas, pour ne pas publier deux fois.',
  },
  unconfirmedSettles: {
    en: 'Look on the network, then tell Parvis: published (with its address), send again, or cancel.',
    fr: 'Regardez sur le réseau, puis indiquez-le à Parvis : publiée (avec son adresse), à renvoyer, ou à annuler.',
  },

  missedTitle: { en: 'Not sent in time on {place}: {excerpt}', fr: 'Publication manquée sur {place} : {excerpt}' },
  missed: {
    en: 'The publication {excerpt}, due {when}, could not be sent in time to {place}. Reason: {reason}',
    fr: 'La publication {excerpt}, prévue {when}, n’a pas pu partir à temps sur {place}. Raison : {reason}',
  },
  missedMeans: {
    en: 'It is later than the delay you allow, and will not be sent by itself.',
    fr: 'Le retard toléré est dépassé : elle ne partira pas toute seule.',
  },
  missedSettles: { en: 'Give it a new date, or cancel it.', fr: 'Donnez-lui une nouvelle date, ou annulez-la.' },

  handedOverTitle: { en: 'To publish now on {place}: {excerpt}', fr: 'À publier maintenant sur {place} : {excerpt}' },
  handedOver: {
    en: 'It is time to publish {excerpt} on {place}, due {when}.',
    fr: 'C’est le moment de publier {excerpt} sur {place} ; départ prévu {when}.',
  },
  handedOverMeans: {
    en: 'It is published by hand: Parvis does not send it itself.',
    fr: 'Cette publication se fait à la main : Parvis ne l’envoie pas.',
  },
  handedOverSettles: {
    en: 'Open the page on your phone: copy the text, save the media, publish, then confirm.',
    fr: 'Ouvrez la page sur votre téléphone : copiez le texte, enregistrez les médias, publiez, puis confirmez.',
  },

  reminderTitle: { en: 'Still to publish on {place}: {excerpt}', fr: 'Toujours à publier sur {place} : {excerpt}' },
  reminder: {
    en: 'Nobody has confirmed yet that {excerpt}, due {when}, was published on {place}.',
    fr: 'Personne n’a encore confirmé la publication de {excerpt} sur {place}, prévue {when}.',
  },
  reminderMeans: {
    en: 'If it is already live, Parvis does not know; if not, it is late.',
    fr: 'Si elle est déjà en ligne, Parvis ne le sait pas ; sinon, elle est en retard.',
  },
  reminderSettles: {
    en: 'Open the page: confirm that it is published, or say that it was not possible.',
    fr: 'Ouvrez la page : confirmez la publication, ou indiquez qu’elle n’a pas été possible.',
  },

  endingTitle: { en: 'To reconnect soon: {place}', fr: 'À reconnecter bientôt : {place}' },
  ending: {
    en: 'Our access to {place} ends {when}, and the network does not renew it. {reason}',
    fr: 'Notre accès à {place} expire {when}, et le réseau ne le renouvelle pas. {reason}',
  },
  endingMeans: {
    en: 'Everything still works; after that, nothing will be sent or received on this channel.',
    fr: 'Tout fonctionne encore ; après cette date, plus rien ne sera envoyé ni reçu sur ce canal.',
  },
  endingSettles: {
    en: 'Reconnect this channel before then.',
    fr: 'Reconnectez ce canal avant cette date.',
  },

  reconnectTitle: { en: 'To reconnect: {place}', fr: 'À reconnecter : {place}' },
  reconnect: {
    en: '{place} no longer accepts our access. Reason: {reason}',
    fr: '{place} n’accepte plus notre accès. Raison : {reason}',
  },
  reconnectMeans: {
    en: 'Nothing is sent or received on this channel; its publications wait.',
    fr: 'Plus rien n’est envoyé ni reçu sur ce canal ; ses publications attendent.',
  },
  reconnectSettles: { en: 'Reconnect this channel.', fr: 'Reconnectez ce canal.' },

  failingTitle: { en: 'Webhook failing: {host}', fr: 'Webhook en échec : {host}' },
  failing: {
    en: 'No delivery to {host} has succeeded since {since:date}, {since:time}. {reason}',
    fr: 'Aucune livraison vers {host} n’a réussi depuis le {since:date}, {since:time}. {reason}',
  },
  failingMeans: {
    en: 'Parvis keeps trying, and disables the endpoint after five days.',
    fr: 'Parvis continue d’essayer ; au bout de cinq jours, il désactive l’adresse.',
  },
  failingSettles: {
    en: 'Look at the delivery log and repair the receiver.',
    fr: 'Consultez le journal des livraisons et réparez le récepteur.',
  },

  disabledTitle: { en: 'Webhook disabled: {host}', fr: 'Webhook désactivé : {host}' },
  disabled: {
    en: 'The endpoint {host} was disabled. {reason}',
    fr: 'L’adresse de livraison {host} a été désactivée. {reason}',
  },
  disabledMeans: { en: 'It gets no more events.', fr: 'Elle ne reçoit plus aucun événement.' },
  disabledSettles: {
    en: 'Repair the receiver, set the endpoint’s state to active, then replay the missed deliveries.',
    fr: 'Réparez le récepteur, remettez l’adresse à l’état « active », puis rejouez les livraisons manquées.',
  },

  answerFailedTitle: { en: 'Answer not delivered on {place}', fr: 'Réponse non transmise sur {place}' },
  answerFailed: {
    en: '{network} first accepted an answer{of}, then rejected it or could not deliver it. Reason: {reason}',
    fr: '{network} a d’abord accepté une réponse{of}, puis l’a rejetée ou n’a pas pu la remettre. Raison : {reason}',
  },
  answerFailedMeans: {
    en: 'The person does not see it, and still waits for an answer.',
    fr: 'La personne ne la voit pas et attend toujours une réponse.',
  },
  answerFailedSettles: { en: 'Write another answer.', fr: 'Rédigez une autre réponse.' },

  greeting: { en: 'Hello {name},', fr: 'Bonjour {name},' },
  means: { en: 'What it means', fr: 'Ce que cela signifie' },
  settles: { en: 'What to do', fr: 'Ce qu’il faut faire' },
  signature: {
    en: 'Parvis, for {workspace}. This message is sent once per incident to the owners and managers of the workspace.',
    fr: 'Parvis, pour {workspace}. Ce message est envoyé une seule fois par incident aux responsables de l’espace.',
  },
})
