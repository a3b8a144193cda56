import { defineTexts } from '../../i18n/index.ts'

export const youtubeTexts = defineTexts('youtube', {
  commentGone: { en: 'This comment is no longer on YouTube.', fr: 'Ce commentaire n’est plus sur YouTube.' },
  noMoreVideos: {
    en: 'YouTube takes no more videos from this channel for a day: {words}.',
    fr: 'YouTube n’accepte plus de vidéos de cette chaîne pendant un jour : {words}.',
  },
  commentsOff: {
    en: 'Comments are switched off under this video: {words}.',
    fr: 'Les commentaires sont désactivés sous cette vidéo : {words}.',
  },
  sameVideo: {
    en: 'YouTube has this very video already (“duplicate”).',
    fr: 'YouTube a déjà cette même vidéo (« duplicate »).',
  },
  videoBlocked: {
    en: 'YouTube blocked the video under its rules: “{words}”.',
    fr: 'YouTube a bloqué la vidéo en application de ses règles : « {words} ».',
  },
  videoUnusable: {
    en: 'YouTube could not use the video: “{words}”. Export it as MP4 (H.264, AAC) and try again.',
    fr: 'YouTube n’a pas pu utiliser la vidéo : « {words} ». Exportez-la en MP4 (H.264, AAC) et réessayez.',
  },
  videoGone: {
    en: 'The uploaded video is no longer on YouTube: somebody deleted it there. Schedule it again.',
    fr: 'La vidéo téléversée n’est plus sur YouTube : quelqu’un l’y a supprimée. Programmez-la de nouveau.',
  },
  keptAs: {
    en: 'YouTube keeps the video “{status}”: it does so for projects that have not passed its audit. docs/networks/youtube.md says how to ask for it.',
    fr: 'YouTube garde la vidéo « {status} » : il le fait pour les projets qui n’ont pas passé son audit. docs/networks/youtube.md explique comment le demander.',
  },
  commentFailed: {
    en: 'The video is live, its first comment is not. {why}',
    fr: 'La vidéo est en ligne, mais pas son premier commentaire. {why}',
  },
  needsTitle: {
    en: 'A video on YouTube needs a title: options.title.',
    fr: 'Une vidéo sur YouTube doit avoir un titre : options.title.',
  },
  brackets: {
    en: 'YouTube takes neither < nor > here. Write ‹ and › instead.',
    fr: 'YouTube n’accepte ni < ni > ici. Écrivez ‹ et › à la place.',
  },
  madeForChildren: {
    en: 'The law (COPPA) asks: say whether the video is made for children, yes or no.',
    fr: 'La loi (COPPA) demande de préciser si la vidéo est destinée aux enfants : oui ou non.',
  },
  tagsTooLong: {
    en: 'YouTube takes tags of {max} characters in all, with the commas between them; these have {length}.',
    fr: 'YouTube accepte {max} caractères de mots-clés en tout, virgules comprises ; ceux-ci en comptent {length}.',
  },
  childrenNoComments: {
    en: 'YouTube has no comments under videos made for children: leave the first comment out.',
    fr: 'YouTube n’a pas de commentaires sous les vidéos destinées aux enfants : retirez le premier commentaire.',
  },
  privateNoComments: {
    en: 'Nobody comments on a private video: leave the first comment out, or choose unlisted.',
    fr: 'Personne ne commente une vidéo privée : retirez le premier commentaire, ou choisissez « non répertoriée ».',
  },
  thumbnailType: {
    en: 'YouTube does not take {mime} for a thumbnail. It takes JPEG and PNG.',
    fr: 'YouTube n’accepte pas {mime} pour une miniature. Il accepte JPEG et PNG.',
  },
  thumbnailTooLarge: {
    en: 'YouTube takes thumbnails of {max:bytes} at most; this file has {bytes:bytes}.',
    fr: 'YouTube accepte des miniatures de {max:bytes} au plus ; ce fichier pèse {bytes:bytes}.',
  },
  makesShort: {
    en: 'YouTube makes a Short of an upright video of three minutes or less.',
    fr: 'YouTube publie comme Short une vidéo verticale de trois minutes ou moins.',
  },
  longVideo: {
    en: 'Videos longer than 15 minutes need a channel verified by telephone (youtube.com/verify).',
    fr: 'Les vidéos de plus de 15 minutes demandent une chaîne validée par téléphone (youtube.com/verify).',
  },
  shortsFrame: {
    en: 'In the feed of Shorts YouTube shows a frame of the video, not this thumbnail.',
    fr: 'Dans le fil des Shorts, YouTube montre une image de la vidéo, pas cette miniature.',
  },
  thumbnailSharp: {
    en: 'A thumbnail looks sharp from {width} pixels of width.',
    fr: 'Une miniature est nette à partir de {width} pixels de large.',
  },
  tooManyHashtags: {
    en: 'With more than {max} hashtags YouTube ignores them all.',
    fr: 'Au-delà de {max} hashtags, YouTube les ignore tous.',
  },
  noVideo: { en: 'There is no video to upload.', fr: 'Il n’y a pas de vidéo à téléverser.' },
  uploadForgotten: {
    en: 'YouTube has forgotten the upload: it begins again.',
    fr: 'YouTube a oublié le téléversement : il recommence.',
  },
  uploadNotKept: {
    en: 'YouTube did not keep what was sent to it.',
    fr: 'YouTube n’a pas conservé ce qui lui a été envoyé.',
  },
  videoChanged: {
    en: 'The video is no longer private, or somebody changed it on YouTube.',
    fr: 'La vidéo n’est plus privée, ou quelqu’un l’a modifiée sur YouTube.',
  },
  badCategory: { en: 'The category is a number, such as 22.', fr: 'La catégorie est un nombre, par exemple 22.' },
  thumbnailNotAllowed: {
    en: '{why} Own thumbnails need a channel verified by telephone (youtube.com/verify); or leave the cover out.',
    fr: '{why} Une miniature personnalisée demande une chaîne validée par téléphone (youtube.com/verify) ; sinon, retirez la couverture.',
  },
})
