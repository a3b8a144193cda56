import { languageOf } from '../../shared/i18n/index.ts'
import { createHttpClient } from '../../shared/networks/http/index.ts'
import { Deliverer } from '../../shared/notifying/deliverer.ts'
import { findWorkspace } from '../../shared/workspaces/workspace.ts'
import { clock, log, once, optionalVariable, random, table } from '../container.ts'
import { cipher } from './secrets.ts'

export const deliverer = /* @__PURE__ */ once(
  () =>
    new Deliverer({
      table: table(),
      cipher: cipher(),
      http: createHttpClient({ allowPrivateHosts: optionalVariable('ALLOW_PRIVATE_HOSTS') === 'true', clock }),
      clock,
      random,
      log,
      reader: async (workspaceId) => {
        const workspace = await findWorkspace(table(), workspaceId)
        return { language: languageOf(workspace?.language), zone: workspace?.zone ?? 'UTC' }
      },
    }),
)
