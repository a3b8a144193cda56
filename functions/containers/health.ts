import { Health, queueDependency, tableDependency } from '../../shared/aws/health.ts'
import { clock, once, table, variable } from '../container.ts'

export const health = /* @__PURE__ */ once(
  () => new Health([tableDependency(table()), queueDependency(variable('PUBLISH_QUEUE_URL'))], clock),
)
