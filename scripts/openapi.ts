/**
 * Prints this API as OpenAPI 3.1, from the list of routes and the schemas that check the requests. The build puts it
 * beside the function that answers `/openapi.json`. Fails if a route has no operation or an example is not taken.
 */
import { buildDocument } from './openapi/document.ts'

process.stdout.write(JSON.stringify(await buildDocument()))
