/** What came over the wire, in a test: it looks into whatever was answered. */
// biome-ignore lint/suspicious/noExplicitAny: a test that looks wrongly fails, which is what it is for
export type Json = any
