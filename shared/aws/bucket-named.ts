import type { Bucket } from './bucket.ts'

/**
 * The S3 bucket of this name. The SDK's part for it is half as much code as all the rest of a function, so it is loaded
 * at the first call that needs it.
 */
export function bucketNamed(name: string): Bucket {
  let loaded: Promise<Bucket> | undefined
  const bucket = () => {
    loaded ??= import('./bucket.ts').then(({ s3Bucket }) => s3Bucket(name))
    return loaded
  }
  return {
    presignUpload: async (request) => (await bucket()).presignUpload(request),
    presignDownload: async (key, now, seconds, saveAs) => (await bucket()).presignDownload(key, now, seconds, saveAs),
    size: async (key) => (await bucket()).size(key),
    read: async (key, start, end) => (await bucket()).read(key, start, end),
    readAll: async (key) => (await bucket()).readAll(key),
    put: async (key, bytes, mime) => (await bucket()).put(key, bytes, mime),
    copy: async (from, to) => (await bucket()).copy(from, to),
    remove: async (key) => (await bucket()).remove(key),
  }
}
