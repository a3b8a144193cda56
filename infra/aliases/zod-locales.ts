/** Stands in for zod's fifty locales: messages are in English, and who shows them translates by code. */
export {}
