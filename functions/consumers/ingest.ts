import { deliveryMessage } from '../../shared/inbox/index.ts'
import { ingest } from '../containers/inbox.ts'
import { eachMessage } from './messages.ts'

/** Raw deliveries become mentions; one that cannot be read fails alone. */
export const handler = eachMessage(deliveryMessage, (delivery) => ingest().take(delivery))
