/** Loaded when somebody asks for cards: reading pages takes an HTTP client and an HTML parser. */
import { readCard } from '../../shared/networks/cards/index.ts'
import { CardCache } from '../../shared/publishing/card-cache.ts'
import { clock, once, table } from '../container.ts'
import { httpClient } from './channels.ts'

/** The gateway gives up at 30 s. */
const waitMs = 20_000

export const cards = /* @__PURE__ */ once(
  () =>
    new CardCache({
      table: table(),
      clock,
      read: async (url) => {
        const signal = AbortSignal.timeout(waitMs)
        const card = await readCard({ http: httpClient(), signal }, url).catch(() => undefined)
        if (card === undefined) return undefined
        const { title, description, image } = card
        return { url, title, description, ...(image === undefined ? {} : { image: image.url }) }
      },
    }),
)
