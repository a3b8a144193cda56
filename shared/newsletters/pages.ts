/** Pages that readers see: in French where their browser (or their list) is, in English else. No script, nothing loaded. */

export type Page = 'confirm' | 'confirmed' | 'leave' | 'left' | 'untracked' | 'unknown'

interface Texts {
  readonly title: string
  readonly text: (list: string) => string
  readonly button?: string
}

const texts: Readonly<Record<'fr' | 'en', Readonly<Record<Page, Texts>>>> = {
  fr: {
    confirm: {
      title: 'Confirmer l’inscription',
      text: (list) => `Vous inscrire à « ${list} » ?`,
      button: 'Oui, m’inscrire',
    },
    confirmed: { title: 'C’est fait', text: (list) => `Vous êtes inscrit à « ${list} ».` },
    leave: {
      title: 'Se désinscrire',
      text: (list) => `Ne plus recevoir « ${list} » ?`,
      button: 'Me désinscrire',
    },
    left: {
      title: 'C’est fait',
      text: (list) => `Vous ne recevrez plus « ${list} ». Votre adresse a été effacée.`,
    },
    untracked: {
      title: 'C’est fait',
      text: (list) =>
        `Ce que vous ouvrez et suivez dans « ${list} » n’est plus retenu, et ce qui l’était a été effacé. Vous restez inscrit.`,
    },
    unknown: {
      title: 'Ce lien ne mène nulle part',
      text: () => 'Il est incomplet, ou il a expiré. Reprenez celui de la dernière lettre.',
    },
  },
  en: {
    confirm: {
      title: 'Confirm your subscription',
      text: (list) => `Subscribe to “${list}”?`,
      button: 'Yes, subscribe me',
    },
    confirmed: { title: 'Done', text: (list) => `You are subscribed to “${list}”.` },
    leave: { title: 'Unsubscribe', text: (list) => `Stop getting “${list}”?`, button: 'Unsubscribe me' },
    left: { title: 'Done', text: (list) => `You will get no more of “${list}”. Your address was erased.` },
    untracked: {
      title: 'Done',
      text: (list) =>
        `What you open and follow in “${list}” is no longer kept, and what was kept is erased. You stay subscribed.`,
    },
    unknown: {
      title: 'This link leads nowhere',
      text: () => 'It is incomplete, or it has expired. Take the one in the latest letter.',
    },
  },
}

/** What somebody agrees to by the box on the page of the confirmation, and the button that takes it back. */
const tracking = {
  fr: {
    box: 'J’accepte aussi que soit retenu, avec mon adresse, quand j’ouvre une lettre et quels liens je suis. Je peux le retirer à tout moment, au bas de chaque lettre.',
    withdraw: 'Rester inscrit, mais ne plus retenir ce que j’ouvre',
  },
  en: {
    box: 'I also agree that when I open a letter, and which links I follow, is kept with my address. I can withdraw this at any time, at the foot of each letter.',
    withdraw: 'Stay subscribed, but stop keeping what I open',
  },
} as const

const codeOf = (language: string) => (language.startsWith('fr') ? 'fr' : 'en')

/** The words beside the box that came back with this value; undefined where there was none. */
export const trackingWording = (value: string | undefined): string | undefined =>
  value === 'fr' || value === 'en' ? tracking[value].box : undefined

const escaped = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')

/** What a page may do: show itself, and send its form to where it came from. */
export const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

interface Shown {
  readonly wording?: string | undefined
  /** `ask`: a box that is not ticked. `withdraw`: a button of its own. */
  readonly tracking?: 'ask' | 'withdraw' | undefined
}

/** The button sends the page's own address back: nothing of it stands in the page. */
export function renderPage(page: Page, list: string, language: string, shown: Shown = {}): string {
  const { wording } = shown
  const code = codeOf(language)
  const { title, text, button } = texts[code][page]
  const { box, withdraw } = tracking[code]
  const asked =
    shown.tracking === 'ask'
      ? `<p><label><input type="checkbox" name="tracking" value="${code}"> ${escaped(box)}</label></p>`
      : ''
  return `<!doctype html>
<html lang="${code}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><meta name="referrer" content="no-referrer"><title>${title}</title>
<style>body{font-family:sans-serif;line-height:1.5;max-width:32rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.6rem 1.2rem}blockquote{color:#555}</style></head>
<body><h1>${title}</h1><p>${escaped(text(list))}</p>${wording === undefined ? '' : `<blockquote>${escaped(wording).replace(/\n/g, '<br>')}</blockquote>`}${button === undefined ? '' : `<form method="post">${asked}<button type="submit">${button}</button></form>`}${shown.tracking === 'withdraw' ? `<form method="post" action="tracking/withdraw"><p><button type="submit">${withdraw}</button></p></form>` : ''}</body></html>
`
}
