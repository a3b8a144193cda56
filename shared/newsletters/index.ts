/** Newsletters: lists, who is on them and how they agreed, and the copies that leave. */

export { count, followed, seen } from './counting.ts'
export { Deliverer } from './deliverer.ts'
export { NewsletterDesk } from './desk.ts'
export { channelOfList, Lists } from './lists.ts'
export { pagePolicy, renderPage, trackingWording } from './pages.ts'
export { Subscribers } from './subscribers.ts'
