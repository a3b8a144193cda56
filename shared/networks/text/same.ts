/**
 * A text as it is compared with what a network gives back: composed, every run of white space one space. What networks do
 * besides (shorten links, add marks) is their own business.
 */
export const fingerprint = (text: string): string => text.normalize('NFC').replace(/\s+/gu, ' ').trim()
