/** UTF-7 (RFC 2152): ASCII with runs of base64, which no decoder of the platform reads. */

/** Only what says so: in any other text a plus is a plus. */
export const namesUtf7 = (source: Uint8Array): boolean =>
  /charset\s*=\s*"?(?:x-)?(?:unicode-1-1-)?utf-?7\b|=\?(?:unicode-1-1-)?utf-?7\?/i.test(
    Buffer.from(source).toString('latin1'),
  )

export const decodeUtf7 = (text: string): string =>
  text.replace(/\+([A-Za-z0-9+/]*)-?/g, (_, run: string) =>
    run === '' ? '+' : new TextDecoder('utf-16be').decode(wholeUnits(Buffer.from(run, 'base64'))),
  )

const wholeUnits = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length - (bytes.length % 2))
