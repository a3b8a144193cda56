/** What Meta's networks share. The webhook's part is imported by itself (`meta/webhook.ts`, `meta/messaging.ts`). */
export { attachedTo, sentFields, sentWith } from './attachments.ts'
export { graphVersion } from './facts.ts'
export {
  type GraphAccess,
  type GraphError,
  type GraphRequest,
  graphErrorIn,
  graphPlatform,
  graphRequest,
} from './graph.ts'
export { counted, readWithInsights } from './insights.ts'
export { type Item, type ListPage, type Lists, pollLists, whereAllowed } from './lists.ts'
export { graphAccess, loginAddress, loginApp, pagesOpened } from './login.ts'
export { answerMessage, replyInPrivate } from './messages.ts'
export { subscribePage } from './page-subscription.ts'
export { subscriptionTexts } from './subscription-texts.ts'
