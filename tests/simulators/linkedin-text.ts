/** Little text, sign by sign: what a reader sees as typed, or undefined where a sign of the format stands unescaped. */
export function readLittleText(commentary: string): string | undefined {
  let typed = ''
  let rest = commentary
  while (rest !== '') {
    const sign = /^\\([\\|{}@[\]()<>#*_~])/.exec(rest)
    const tag = /^\{hashtag\|\\#\|((?:\\_|[^\\|{}@[\]()<>#*_~])+)\}/u.exec(rest)
    const mention = /^@\[((?:\\.|[^\\[\]])+)\]\((urn:li:(?:organization|person):[\w-]+)\)/u.exec(rest)
    if (sign !== null) typed += sign[1]
    else if (tag !== null) typed += `#${tag[1]?.replace(/\\/g, '')}`
    else if (mention !== null) typed += `@[${mention[1]?.replace(/\\(.)/g, '$1')}](${mention[2]})`
    else if (/^[\\|{}@[\]()<>#*_~]/.test(rest)) return undefined
    else typed += rest[0]
    rest = rest.slice((sign ?? tag ?? mention)?.[0].length ?? 1)
  }
  return typed
}
