import { describe, expect, it } from 'vitest'
import { readSettings } from '../../local/settings.ts'

describe('the settings of the stage', () => {
  it('has a demo where npm took --demo for itself, and only there', () => {
    expect(readSettings({}).demo).toBe(false)
    expect(readSettings({ npm_config_demo: 'true' }).demo).toBe(true)
    expect(readSettings({ npm_config_demo: '' }).demo).toBe(false)
    expect(readSettings({ npm_config_demo: 'no' }).demo).toBe(false)
  })

  it('takes ports from 0 to 65535', () => {
    expect(readSettings({}).port).toBe(4747)
    for (const port of [0, 1, 65_535]) expect(readSettings({ PORT: String(port) }).port).toBe(port)
    for (const port of ['65536', '99999', '1e3', ' 80', '0x50', '-1', '47.5'])
      expect(() => readSettings({ PORT: port }), port).toThrow('0 to 65535')
  })

  it('takes what is empty as not set, and cuts the slashes of an address', () => {
    expect(readSettings({ PORT: '', PARVIS_PUBLIC_URL: '' })).toMatchObject({ port: 4747, publicUrl: undefined })
    expect(readSettings({ PARVIS_PUBLIC_URL: 'https://parvis.example.com//' }).publicUrl).toBe(
      'https://parvis.example.com',
    )
  })

  it('never repeats the password of a mail server that it refuses', () => {
    expect(() => readSettings({ PARVIS_SMTP_URL: 'smtp:foo' })).toThrow(/PARVIS_SMTP_URL/)
    expect(() => readSettings({ PARVIS_SMTP_URL: 'https://user:geheim@mail.example.com' })).toThrow(
      /^(?!.*geheim)[\s\S]*smtp:\/\//,
    )
  })
})
