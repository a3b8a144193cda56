/** The demo's page: asks the stage once a second what there is, and counts down in between. */
const texts = {
  fr: {
    notice:
      'Démonstration : les réseaux marqués « simulé » tournent sur cette machine et rien ne la quitte. Les personnes et leurs réactions sont inventées ; les heures d’envoi, les livraisons et les statistiques sont celles de Parvis. Le flux est un vrai flux.',
    channels: 'Canaux',
    next: 'À venir',
    left: 'Publié',
    cameIn: 'Reçu',
    measured: 'Résultats',
    needs: 'À régler',
    definition: 'Engagement : somme des réactions que le réseau communique ; taux d’engagement : rapporté au nombre d’abonnés au moment de la publication ; sur TikTok, au nombre de vues.',
    zone: 'Heures de Paris.',
    docs: 'La documentation de l’API',
    simulated: 'simulé',
    real: 'réel',
    starting: 'La démonstration se prépare…',
    lost: 'Parvis ne répond pas. La page réessaie chaque seconde.',
    live: 'En direct',
    nothingNext: 'Aucune publication prévue.',
    nothingLeft: 'Aucune publication pour l’instant.',
    nothingIn: 'Aucun message pour l’instant : laissez aux gens le temps de lire.',
    nothingMeasured: 'Aucun résultat pour l’instant.',
    leavingNow: 'envoi…',
    in: (time) => `dans ${time}`,
    parts: (count) => `fil de ${count} parties`,
    pictures: (count) => (count > 1 ? `${count} images` : '1 image'),
    late: (seconds) => `+${seconds} s`,
    lateness: 'À côté du réseau : le retard, au dixième de seconde près (en vert jusqu’à deux secondes).',
    about: (text) => `sous «\u00a0${text}\u00a0»`,
    answered: (text) => `réponse envoyée d’ici\u00a0: «\u00a0${text}\u00a0»`,
    byWebhook: 'webhook signé',
    byPolling: 'relevé chaque minute',
    measuredAt: (time) => `mesuré à ${time}`,
    paused: 'en pause',
    reconnect_needed: 'à reconnecter',
    states: {
      waiting: 'en attente',
      processing: 'en traitement',
      sending: 'envoi…',
      rejected: 'refusée',
      failed: 'en échec',
      missed: 'manquée',
      unconfirmed: 'à vérifier',
      partial: 'partielle',
    },
    kinds: { comment: 'commentaire', mention: 'mention', direct_message: 'message' },
    counters: {
      likes: 'j’aime',
      comments: 'commentaires',
      shares: 'partages',
      quotes: 'citations',
      saves: 'enregistrements',
      views: 'vues',
      impressions: 'affichages',
      reach: 'personnes touchées',
      clicks: 'clics',
      engagement: 'engagement',
      rate: 'taux',
    },
    units: { d: 'j', h: 'h', m: 'min', s: 's' },
  },
  en: {
    notice:
      'Demo: the networks marked “simulated” run on this machine, and nothing leaves it. The people and their reactions are invented; sending times, deliveries and figures are those of Parvis. The feed is a real one.',
    channels: 'Channels',
    next: 'Scheduled',
    left: 'Published',
    cameIn: 'Received',
    measured: 'Results',
    needs: 'Needs attention',
    definition: 'Engagement: the sum of the reactions that the network reports; its rate: per follower when it was published; on TikTok, per view.',
    zone: 'Times are those of Paris.',
    docs: 'The API’s documentation',
    simulated: 'simulated',
    real: 'real',
    starting: 'The demo is being set up…',
    lost: 'Parvis does not answer. The page tries again every second.',
    live: 'Live',
    nothingNext: 'Nothing is planned.',
    nothingLeft: 'Nothing has been published yet.',
    nothingIn: 'Nothing has come in yet: give people time to read.',
    nothingMeasured: 'Nothing is measured yet.',
    leavingNow: 'sending…',
    in: (time) => `in ${time}`,
    parts: (count) => `thread of ${count} parts`,
    pictures: (count) => (count > 1 ? `${count} pictures` : '1 picture'),
    late: (seconds) => `+${seconds} s`,
    lateness: 'Beside the network: the delay, to the tenth of a second (green up to two seconds).',
    about: (text) => `below “${text}”`,
    answered: (text) => `answered from here: “${text}”`,
    byWebhook: 'signed webhook',
    byPolling: 'polled each minute',
    measuredAt: (time) => `measured at ${time}`,
    paused: 'paused',
    reconnect_needed: 'to reconnect',
    states: {
      waiting: 'waiting',
      processing: 'processing',
      sending: 'sending…',
      rejected: 'refused',
      failed: 'failed',
      missed: 'missed',
      unconfirmed: 'to check',
      partial: 'partial',
    },
    kinds: { comment: 'comment', mention: 'mention', direct_message: 'message' },
    counters: {
      likes: 'likes',
      comments: 'comments',
      shares: 'shares',
      quotes: 'quotes',
      saves: 'saves',
      views: 'views',
      impressions: 'impressions',
      reach: 'reach',
      clicks: 'clicks',
      engagement: 'engagement',
      rate: 'rate',
    },
    units: { d: 'd', h: 'h', m: 'min', s: 's' },
  },
}

const language = (navigator.languages?.[0] ?? navigator.language ?? 'fr').toLowerCase().startsWith('fr') ? 'fr' : 'en'
/** The spaces of French: U+202F before ; ! ? and U+00A0 before : and inside « ». */
const spaced = (text) => text.replace(/ ([;!?])/g, '\u202f$1').replace(/ :/g, '\u00a0:').replace(/« /g, '«\u00a0').replace(/ »/g, '\u00a0»')
const t = Object.fromEntries(Object.entries(texts[language]).map(([name, text]) => [name, typeof text === 'string' && language === 'fr' ? spaced(text) : text]))
const timeZone = 'Europe/Paris'
const clock = new Intl.DateTimeFormat(language, { timeZone, timeStyle: 'medium' })
const dayAndTime = new Intl.DateTimeFormat(language, { timeZone, weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' })
const dayOnly = new Intl.DateTimeFormat('sv-SE', { timeZone })
const number = new Intl.NumberFormat(language)
const tenth = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const percent = new Intl.NumberFormat(language, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })
const networks = {
  bluesky: 'Bluesky',
  mastodon: 'Mastodon',
  facebook: 'Facebook',
  instagram: 'Instagram',
  threads: 'Threads',
  x: 'X',
  linkedin: 'LinkedIn',
  youtube: 'YouTube',
  pinterest: 'Pinterest',
  tiktok: 'TikTok',
  telegram: 'Telegram',
  discord: 'Discord',
  whatsapp: 'WhatsApp',
  feed: language === 'fr' ? 'Flux' : 'Feed',
}

const byId = (id) => document.getElementById(id)
/** The stage's clock against this one (ms): the countdown is the stage's. */
let ahead = 0
let channels = new Map()

document.documentElement.lang = language
document.title = language === 'fr' ? 'Parvis\u00a0: la démonstration' : 'Parvis: the demo'
for (const each of document.querySelectorAll('[data-text]')) each.textContent = t[each.dataset.text]
for (const each of document.querySelectorAll('[data-label]')) each.setAttribute('aria-label', t[each.dataset.label])

/** An element. What people wrote only ever comes in as text. */
function make(tag, className, ...children) {
  const made = document.createElement(tag)
  if (className) made.className = className
  made.append(...children.filter((child) => child !== undefined && child !== ''))
  return made
}

const badge = (simulated) => make('span', simulated ? 'badge' : 'badge real', simulated ? t.simulated : t.real)

function whereOf(channelId) {
  const channel = channels.get(channelId)
  if (channel === undefined) return make('span', 'network', '…')
  return make('span', '', make('span', 'network', networks[channel.network] ?? channel.network), ' ', badge(channel.simulated))
}

const inFrench = (text) => {
  const made = make('p', 'text', text)
  made.lang = 'fr'
  return made
}

const excerpt = (text) => (text.length > 48 ? `${text.slice(0, 46).trimEnd()}…` : text)

/** To the second when it is near, to the minute when it is not. */
function until(ms) {
  const seconds = Math.ceil(ms / 1000)
  const [d, h, m, s] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
  const { units } = t
  if (d > 0) return `${d} ${units.d} ${h} ${units.h}`
  if (h > 0) return `${h} ${units.h} ${String(m).padStart(2, '0')} ${units.m}`
  return m > 0 ? `${m} ${units.m} ${String(s).padStart(2, '0')} ${units.s}` : `${s} ${units.s}`
}

function whenOf(instant) {
  const today = dayOnly.format(new Date(Date.now() + ahead))
  const date = new Date(instant)
  const made = make('time', '', dayOnly.format(date) === today ? clock.format(date) : dayAndTime.format(date))
  made.dateTime = instant
  return made
}

const extras = ({ parts, pictures }) => [parts > 1 ? t.parts(parts) : '', pictures > 0 ? t.pictures(pictures) : ''].filter(Boolean).join(' · ')

/** One card a post and moment: its networks stand in it. */
function grouped(publications) {
  const groups = new Map()
  for (const one of publications) {
    const id = `${one.postId} ${one.dueAt}`
    groups.set(id, { ...one, id, publications: [...(groups.get(id)?.publications ?? []), one] })
  }
  return [...groups.values()].map(({ publications: all, ...one }) => ({
    ...one,
    publications: all.toSorted((a, b) => a.network.localeCompare(b.network)).map(({ id, channelId, state, reason, lateMs, wakeAt }) => ({ id, channelId, state, reason, lateMs, wakeAt })),
  }))
}

const small = (one) => make('p', 'small line', make('span', '', one.dueAt === undefined ? '' : whenOf(one.dueAt)), make('span', '', extras(one)))

function nextItem(one) {
  const count = make('p', 'count')
  if (one.dueAt !== undefined) count.dataset.due = one.dueAt
  const networksOf = one.publications.map(({ channelId, state, reason, wakeAt }) => {
    const again = make('span', 'small')
    if (state !== 'scheduled' && state !== 'sending') {
      again.textContent = t.states[state] ?? state
      if (wakeAt !== undefined) again.dataset.due = wakeAt
    }
    return make('li', '', make('p', 'line', whereOf(channelId), again), state === 'scheduled' || reason === undefined ? '' : make('p', 'small', reason))
  })
  return make('li', '', count, inFrench(one.text), make('ul', 'networks', ...networksOf), small(one))
}

/** What left later than this is not green. */
const onTimeMs = 2_000
const isOut = ({ state }) => state === 'published' || state === 'partial'

function leftItem(one) {
  const networksOf = one.publications.map((each) => {
    const { channelId, lateMs, state, reason } = each
    const late =
      isOut(each) && lateMs !== undefined ? make('span', lateMs <= onTimeMs ? 'good' : 'late', t.late(tenth.format(Math.max(0, lateMs) / 1000))) : make('span', 'bad', t.states[state] ?? state)
    return make('li', '', make('p', 'line', whereOf(channelId), late), state === 'published' || reason === undefined ? '' : make('p', 'bad', reason))
  })
  return make('li', '', inFrench(one.text), make('ul', 'networks', ...networksOf), small(one))
}

function cameInItem(one) {
  const how = one.byWebhook ? t.byWebhook : t.byPolling
  return make(
    'li',
    '',
    make('p', 'line', make('span', '', make('span', 'network', one.author?.name ?? '…'), ` · ${t.kinds[one.kind] ?? one.kind}`), whereOf(one.channelId)),
    inFrench(one.text ?? ''),
    one.about === undefined ? '' : make('p', 'small', t.about(excerpt(one.about))),
    make('p', 'small', whenOf(one.receivedAt), ` · ${how}`),
    one.answer === undefined ? '' : make('p', 'good', t.answered(one.answer)),
  )
}

const figure = (name, value) => make('div', '', make('dt', '', t.counters[name] ?? name), make('dd', '', value))

function measuredItem(one) {
  const figures = Object.entries(one.counters).map(([name, value]) => figure(name, number.format(value)))
  const { value } = one.engagement
  if (value !== null) figures.push(figure('engagement', number.format(value)))
  const { value: rate } = one.rate
  if (rate !== null) figures.push(figure('rate', percent.format(rate)))
  return make(
    'li',
    '',
    make('p', 'line', whereOf(one.channelId), make('span', 'small', t.measuredAt(clock.format(new Date(one.measuredAt))))),
    inFrench(excerpt(one.text)),
    make('dl', 'figures', ...figures),
  )
}

function needsItem(one) {
  const says = (className, ...parts) => {
    const made = make('p', className, ...parts)
    made.lang = one.language
    return made
  }
  return make(
    'li',
    '',
    says('network', one.title),
    says('', one.happened),
    says('', one.means),
    says('', one.settles.text, ' ', make('code', '', `${one.settles.method} ${one.settles.path}`)),
  )
}

function channelItem(one) {
  const name = networks[one.network] ?? one.network
  const shown =
    one.network === 'feed' ? Object.assign(make('a', 'network', name), { href: `/feeds/${encodeURIComponent(one.account.externalId)}/html` }) : make('span', 'network', name)
  const state = one.state === 'active' ? '' : make('span', 'bad', t[one.state] ?? one.state)
  return make('li', '', shown, make('span', 'small', one.network === 'feed' ? '' : one.account.handle), badge(one.simulated), state)
}

/** Rewrites a list only where something of it changed, so that what is being read stays in place. */
const drawn = new Map()
function draw(id, items, item, nothing) {
  const list = byId(id)
  const known = drawn.get(id) ?? new Map()
  const first = !drawn.has(id)
  const now = new Map()
  const nodes = items.map((one) => {
    const text = JSON.stringify([one, [...channels.keys()].length])
    const before = known.get(one.id)
    const node = before?.text === text ? before.node : item(one)
    if (before === undefined && !first) node.classList.add('fresh')
    now.set(one.id, { text, node })
    return node
  })
  drawn.set(id, now)
  if (nodes.length === 0) {
    if (list.dataset.empty !== 'yes') list.replaceChildren(make('li', 'small', nothing))
    list.dataset.empty = 'yes'
    return
  }
  list.dataset.empty = 'no'
  if (nodes.length !== list.children.length || nodes.some((node, index) => node !== list.children[index])) list.replaceChildren(...nodes)
}

function say(text) {
  if (byId('status').textContent !== text) byId('status').textContent = text
}

function countDown() {
  const now = Date.now() + ahead
  for (const each of document.querySelectorAll('[data-due]')) {
    const left = Date.parse(each.dataset.due) - now
    each.textContent = left > 0 ? t.in(until(left)) : t.leavingNow
  }
}

function show(view) {
  ahead = Date.parse(view.now) - Date.now()
  channels = new Map(view.channels.map((one) => [one.id, one]))
  draw('channels', view.channels, channelItem, '')
  draw('next', grouped(view.next).slice(0, 6), nextItem, t.nothingNext)
  draw('left', grouped(view.left).slice(0, 10), leftItem, t.nothingLeft)
  draw('came-in', view.cameIn, cameInItem, t.nothingIn)
  draw('measured', view.measured, measuredItem, t.nothingMeasured)
  draw('needs', view.needs, needsItem, '')
  byId('needs-section').hidden = view.needs.length === 0
  countDown()
}

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch('/demo/state', { signal: AbortSignal.timeout(10_000) })
      const view = await answer.json().catch(() => undefined)
      if (answer.ok && view !== undefined) show(view)
      say(answer.ok ? t.live : view?.starting === true ? t.starting : t.lost)
    } catch {
      say(t.lost)
    }
  }
  setTimeout(look, 1_000)
}

document.addEventListener('visibilitychange', countDown)
setInterval(countDown, 200)
look()
