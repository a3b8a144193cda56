/**
 * Texts for people, in French and English.
 *
 * Each context (and each network) has one dictionary, `texts.ts` in its folder:
 *
 * ```ts
 * // shared/media/texts.ts
 * import { defineTexts } from '../i18n/index.ts'
 *
 * export const mediaTexts = defineTexts('media', {
 *   inUse: {
 *     en: 'The publication {publication} still uses it. Remove it from the post first.',
 *     fr: 'La publication {publication} l’utilise encore. Retirez-le d’abord du post.',
 *   },
 *   tooMany: {
 *     en: 'At most {max} {max|file|files}; there are {count}.',
 *     fr: '{max} {max|fichier|fichiers} au plus ; il y en a {count}.',
 *   },
 *   refused: { en: '{network} refused it: “{words}”.', fr: '{network} a refusé : « {words} ».' },
 * })
 *
 * throw new AppError('conflict', 'media_in_use', mediaTexts.inUse({ publication: id }))
 * ```
 *
 * A text that lacks a language, a parameter that only one language names, and a call that lacks a parameter do not
 * compile. Parameters:
 *
 * - `{name}`: text as it is, a number as the language writes it (`12,5` in French), or another Message;
 * - `{count|one|many}`: the form that `Intl.PluralRules` chooses; the forms may not hold braces;
 * - `{kind?image=une image|video=une vidéo|un fichier}`: by value; the last one is for every other value (gender, too);
 * - `{at:moment}`, `{at:time}`, `{at:date}`: an instant (ms or ISO), in the reader's time zone: « 21 h 24, heure de Paris »;
 * - `{size:bytes}`: `12,5 Mo`, `12.5 MB`; `{cost:usd}`, of millionths: `0,015 USD`.
 *
 * In French write plain spaces and `'` or `’`: the no-break spaces before `; : ! ?` and inside `« »` are added here.
 *
 * What a dictionary's function answers is a {@link Message}: plain JSON (key, parameters and the text of both languages),
 * so that a reason can be stored, sent as an event, and rendered later in any language and zone. Pass it on as it is:
 * `AppError`, `Problem.message`, a connector's `message`, a stored `reason`. It becomes a string where it leaves:
 * `shared/http` renders every Message in an answer (Accept-Language, else the workspace's language), the webhook
 * deliverer and the notifier render in the workspace's language; a page or a mail calls `render(message, language, zone)`.
 *
 * `Text` is a Message or a string. Strings are what was stored before, or another's own words; never write a new one.
 * Schemas of what is stored or answered use `textSchema`. Words of a network or a server are a parameter of their own,
 * quoted after ours. Messages for zod: `.regex(…, said(mediaTexts.hexColour()))`.
 */
export { commonTexts } from './common.ts'
export { definedTexts, defineTexts } from './define.ts'
export { isMissing, issueText } from './issue-text.ts'
export { type Language, type Languages, languageOf, negotiated } from './language.ts'
export {
  englishOf,
  type Message,
  type Param,
  type Params,
  type Text,
  textOf,
} from './message.ts'
export { dateIn, momentIn, timeIn } from './moment.ts'
export { dependsOnZone, holdsMessage, isMessage, render, renderAll } from './render.ts'
export { messageSchema, textSchema } from './schema.ts'
export { frenchSpaces } from './typography.ts'
export { leafIssues } from './union-issues.ts'
export { messageSaid, said } from './zod-message.ts'
