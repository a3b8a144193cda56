/** The product's version; `package.json` says the same (a test sees to it). */
export const version = '0.1.0'
