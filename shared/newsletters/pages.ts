/** Pages that readers see: in French where their browser (or their list) is, in English else. No script, nothing loaded. */

export type Page = 'confirm' | 'confirmed' | 'leave' | 'left' | 'unknown'

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
    unknown: {
      title: 'This link leads nowhere',
      text: () => 'It is incomplete, or it has expired. Take the one in the latest letter.',
    },
  },
}

const escaped = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')

/** What a page may do: show itself, and send its form to where it came from. */
export const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

/** The button sends the page's own address back: nothing of it stands in the page. */
export function renderPage(page: Page, list: string, wording: string | undefined, language: string): string {
  const code = language.startsWith('fr') ? 'fr' : 'en'
  const { title, text, button } = texts[code][page]
  return `<!doctype html>
<html lang="${code}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><meta name="referrer" content="no-referrer"><title>${title}</title>
<style>body{font-family:sans-serif;line-height:1.5;max-width:32rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.6rem 1.2rem}blockquote{color:#555}</style></head>
<body><h1>${title}</h1><p>${escaped(text(list))}</p>${wording === undefined ? '' : `<blockquote>${escaped(wording).replace(/\n/g, '<br>')}</blockquote>`}${button === undefined ? '' : `<form method="post"><button type="submit">${button}</button></form>`}</body></html>
`
}
