/** Telephones' pictures: HEVC in a HEIF box, which no free build of libvips decodes. libde265 in WebAssembly, 2 MB. */
import libheif from 'libheif-js/wasm-bundle.js'

interface Decoded {
  /** RGBA, 8 bits, as displayed: rotated and mirrored as the file says. */
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
}

/** The first picture of the file. Throws if there is none that can be decoded. */
export async function decodeHeic(bytes: Uint8Array): Promise<Decoded> {
  const decoder = new libheif.HeifDecoder()
  const images = decoder.decode(bytes)
  try {
    const image = images.find((one) => one.is_primary()) ?? images[0]
    if (image === undefined) throw new Error('There is no picture in this HEIC file.')
    const [width, height] = [image.get_width(), image.get_height()]
    const data = new Uint8ClampedArray(width * height * 4)
    const shown = await new Promise<{ data: Uint8ClampedArray } | null>((resolve) =>
      image.display({ data, width, height }, resolve),
    )
    if (shown === null) throw new Error('The picture in this HEIC file cannot be decoded.')
    return { pixels: new Uint8Array(data.buffer), width, height }
  } finally {
    for (const image of images) image.free()
    decoder.decoder.delete()
  }
}
