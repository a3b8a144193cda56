/** The page on which a person agrees or refuses, as their browser shows it: scripts that agree for them never see it. */

/** `location`: where agreeing leads. Refusing leads to the same address with the error that OAuth names (RFC 6749, 4.1.2.1). */
export function consentPage(network: string, location: string, french: boolean): string {
  const name = names[network] ?? network.charAt(0).toUpperCase() + network.slice(1)
  const refused = new URL(location)
  const state = refused.searchParams.get('state')
  refused.search = ''
  refused.searchParams.set('error', 'access_denied')
  refused.searchParams.set('error_description', 'The person did not agree.')
  if (state !== null) refused.searchParams.set('state', state)
  const t = french
    ? {
        title: `${name} (simulé)`,
        asks: 'Parvis demande à publier, lire, répondre et mesurer au nom de la Boulangerie du Port.',
        note: 'Ce réseau est simulé sur cette machine : rien ne la quitte.',
        agree: 'Autoriser',
        refuse: 'Refuser',
      }
    : {
        title: `${name} (simulated)`,
        asks: 'Parvis asks to publish, read, answer and measure as Boulangerie du Port.',
        note: 'This network is simulated on this machine: nothing leaves it.',
        agree: 'Allow',
        refuse: 'Refuse',
      }
  return `<!doctype html>
<html lang="${french ? 'fr' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(t.title)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 10vh auto; padding: 0 1rem; }
a { display: inline-block; margin: 1rem 1rem 0 0; padding: .5rem 1.2rem; border: 1px solid; border-radius: .4rem; }
</style>
</head>
<body>
<main>
<h1>${escaped(t.title)}</h1>
<p>${t.asks}</p>
<p>${t.note}</p>
<p><a href="${escaped(location)}">${t.agree}</a> <a href="${escaped(refused.href)}">${t.refuse}</a></p>
</main>
</body>
</html>
`
}

const names: Readonly<Record<string, string>> = {
  google_business: 'Google Business Profile',
  linkedin: 'LinkedIn',
  tiktok: 'TikTok',
  youtube: 'YouTube',
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
