import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'

/** What a client sends to put its bytes: this method, to this address, with these headers, before `expiresAt` (ms). */
export interface Upload {
  readonly method: 'PUT'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly expiresAt: number
}

export interface UploadRequest {
  readonly key: string
  readonly mime: string
  readonly bytes: number
  readonly now: number
  readonly seconds: number
}

export interface Bucket {
  /** An address that takes exactly this many bytes of this type at this key, once: what stands there is never replaced. */
  presignUpload(request: UploadRequest): Promise<Upload>
  /** An address where this object can be read for so many seconds; with a name, browsers save it under that name. */
  presignDownload(key: string, now: number, seconds: number, saveAs?: string): Promise<string>
  /** The size in bytes; undefined if nothing stands there. */
  size(key: string): Promise<number | undefined>
  /** Bytes `start` to `end` (exclusive). The range must lie within the object. */
  read(key: string, start: number, end: number): Promise<Uint8Array>
  /** The whole object; undefined if nothing stands there. */
  readAll(key: string): Promise<Uint8Array | undefined>
  put(key: string, bytes: Uint8Array, mime: string): Promise<void>
  /** Within the bucket, whatever stood there; the bytes do not pass through here. */
  copy(from: string, to: string): Promise<void>
  /** Also resolves if nothing stood there. */
  remove(key: string): Promise<void>
}

/**
 * An S3 bucket. The client must be made with `requestChecksumCalculation: 'WHEN_REQUIRED'`: otherwise a presigned PUT
 * carries the CRC32 of an empty body, and S3 refuses every upload.
 */
export class S3Bucket implements Bucket {
  readonly #client: S3Client
  readonly #name: string

  constructor(client: S3Client, name: string) {
    this.#client = client
    this.#name = name
  }

  async presignUpload({ key, mime, bytes, now, seconds }: UploadRequest): Promise<Upload> {
    // Only whoever takes uploads needs it.
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner')
    const url = await getSignedUrl(
      this.#client,
      new PutObjectCommand({
        Bucket: this.#name,
        Key: key,
        ContentType: mime,
        ContentLength: bytes,
        IfNoneMatch: '*', // the address outlives the check of what was uploaded: it must not replace checked bytes
      }),
      {
        expiresIn: seconds,
        signingDate: new Date(now),
        signableHeaders: new Set(['host', 'content-type', 'content-length', 'if-none-match']),
      },
    )
    return {
      method: 'PUT',
      url,
      headers: { 'content-type': mime, 'content-length': String(bytes), 'if-none-match': '*' },
      expiresAt: now + seconds * 1000,
    }
  }

  async presignDownload(key: string, now: number, seconds: number, saveAs?: string): Promise<string> {
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner')
    const command = new GetObjectCommand({
      Bucket: this.#name,
      Key: key,
      ...(saveAs === undefined
        ? {}
        : { ResponseContentDisposition: `attachment; filename*=UTF-8''${extValue(saveAs)}` }),
    })
    return getSignedUrl(this.#client, command, { expiresIn: seconds, signingDate: new Date(now) })
  }

  async size(key: string): Promise<number | undefined> {
    try {
      const answer = await this.#client.send(new HeadObjectCommand({ Bucket: this.#name, Key: key }))
      return answer.ContentLength ?? 0
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw error
    }
  }

  async read(key: string, start: number, end: number): Promise<Uint8Array> {
    const answer = await this.#client.send(
      new GetObjectCommand({ Bucket: this.#name, Key: key, Range: `bytes=${start}-${end - 1}` }),
    )
    return (await answer.Body?.transformToByteArray()) ?? new Uint8Array()
  }

  async readAll(key: string): Promise<Uint8Array | undefined> {
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#name, Key: key }))
      return await answer.Body?.transformToByteArray()
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw error
    }
  }

  async put(key: string, bytes: Uint8Array, mime: string): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.#name, Key: key, Body: bytes, ContentType: mime }))
  }

  async copy(from: string, to: string): Promise<void> {
    const source = [this.#name, ...from.split('/')].map(encodeURIComponent).join('/')
    await this.#client.send(new CopyObjectCommand({ Bucket: this.#name, Key: to, CopySource: source }))
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#name, Key: key }))
  }
}

/** With the region and the credentials of the environment. */
export const s3Bucket = (name: string) =>
  new S3Bucket(new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' }), name)

/** S3 answers 403, not 404, to whoever may read objects but not list the bucket; our functions may not. */
const isAbsent = (error: unknown) =>
  error instanceof S3ServiceException && [403, 404].includes(error.$metadata.httpStatusCode ?? 0)

/** RFC 5987: some characters that addresses may hold, a header's value may not. */
const extValue = (text: string) =>
  encodeURIComponent(text).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
