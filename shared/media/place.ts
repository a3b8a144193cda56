/** Whether a picture's metadata tell where it was taken: EXIF's GPS directory, or a place in XMP or IPTC. */

interface Metadata {
  readonly exif?: Uint8Array | undefined
  readonly xmp?: Uint8Array | undefined
  readonly iptc?: Uint8Array | undefined
}

const xmpPlace =
  /exif:GPS|GPSLatitude|photoshop:(City|State|Country)|Iptc4xmpCore:(Location|CountryCode)|Location(Shown|Created)/
/** IPTC IIM, record 2: content location, city, sublocation, province, country (code and name). */
const iptcPlace = new Set([26, 27, 90, 92, 95, 100, 101])

export function tellsPlace({ exif, xmp, iptc }: Metadata): boolean {
  if (exif !== undefined && hasGps(exif)) return true
  if (xmp !== undefined && xmpPlace.test(Buffer.from(xmp).toString('latin1'))) return true
  return iptc?.some((byte, at) => byte === 0x1c && iptc[at + 1] === 2 && iptcPlace.has(iptc[at + 2] ?? 0)) ?? false
}

/** Tag 0x8825 of the first directory (EXIF 2.32, §4.6.3). What cannot be read is taken to tell. */
function hasGps(exif: Uint8Array): boolean {
  const begins = Buffer.from(exif.subarray(0, 6)).toString('latin1') === 'Exif\0\0' ? 6 : 0
  const view = new DataView(exif.buffer, exif.byteOffset + begins, exif.byteLength - begins)
  try {
    const little = view.getUint16(0) === 0x4949
    const directory = view.getUint32(4, little)
    const entries = view.getUint16(directory, little)
    for (let entry = 0; entry < entries; entry++)
      if (view.getUint16(directory + 2 + 12 * entry, little) === 0x8825) return true
    return false
  } catch {
    return true
  }
}
