/** What came over the wire, in a test: it looks into whatever was answered. */
export type Json = any
