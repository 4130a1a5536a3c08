import { InvalidFileFormat, MissingRequiredField } from '@faultline/core'

/** The most bytes of a JSON body and of an uploaded file. */
export const LARGEST_BODY = 1024 * 1024

/** One file of an upload, whichever parser read it. */
export interface UploadedFile {
  readonly field: string
  readonly filename: string
  readonly bytes: number
}

/** What is stored of a file. */
export interface StoredFile {
  readonly id: string
  readonly bytes: number
  readonly filename: string
}

let stored = 0

/** Takes the file of an upload's field `file`. Its size was judged while it came in. */
export function storeFile(files: readonly UploadedFile[]): StoredFile {
  const file = files.find(({ field }) => field === 'file')
  if (file === undefined) throw new MissingRequiredField({ field: 'file' })
  if (!/\.(?:txt|json|jsonl)$/i.test(file.filename)) throw new InvalidFileFormat()
  return { id: `file-${++stored}`, bytes: file.bytes, filename: file.filename }
}
