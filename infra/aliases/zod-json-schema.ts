/** Stands in for what describes zod's schemas as JSON Schema, in functions that never ask for it. */
export const createToJSONSchemaMethod = () => notHere
export const createStandardJSONSchemaMethod = () => notHere

const notHere = () => {
  throw new Error('This function was built without z.toJSONSchema: see `describing` in infra/bundle.ts.')
}
