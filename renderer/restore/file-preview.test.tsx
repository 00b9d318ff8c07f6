// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FilePreview } from '../../shared/model/preview.ts'
import { renderApp, signedIn } from '../testing/render-app.tsx'

const made: Blob[] = []
const revoked: string[] = []
beforeEach(() => {
  made.length = 0
  revoked.length = 0
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    made.push(blob as Blob)
    return 'blob:a-picture'
  })
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((address) => void revoked.push(address))
})

async function openPreview(user: UserEvent): Promise<void> {
  await user.click(await screen.findByRole('button', { name: 'Documents' }))
  await user.click(await screen.findByRole('button', { name: 'Preview notes.txt' }))
}

/** The restore screen of somebody who has just proven who they are, with what a preview would answer. */
async function previewing(preview?: FilePreview) {
  const rendered = await renderApp({
    hash: '#/restore',
    state: (nowMs) => ({
      ...signedIn(nowMs),
      isGuarded: false,
      ...(preview === undefined ? {} : { filePreview: preview }),
    }),
  })
  await openPreview(rendered.user)
  return rendered
}

describe('a preview of a file', () => {
  it('asks for a fresh code first, as a restore does', async () => {
    const { user, api } = await renderApp({ hash: '#/restore', state: signedIn })
    await openPreview(user)
    const dialog = await screen.findByRole('dialog', { name: 'Confirm that it is you' })
    expect(screen.queryByText(/Packing list/)).toBeNull()
    await user.click(within(dialog).getByRole('button', { name: /Aegis/ }))
    await user.type(await within(dialog).findByLabelText('Code'), '123456')
    expect(await screen.findByText(/Packing list/)).toBeTruthy()
    expect(api.state.calls.find(({ name }) => name === 'stepUp.start')?.input).toEqual({
      operation: { kind: 'restore', backupSetId: api.state.account.sets[0]?.id },
    })
  })

  it('closes when the person does not want to prove who they are', async () => {
    const { user } = await renderApp({ hash: '#/restore', state: signedIn })
    await openPreview(user)
    const dialog = await screen.findByRole('dialog', { name: 'Confirm that it is you' })
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  })

  it('shows markup as text and makes nothing of it', async () => {
    await previewing()
    const text = await screen.findByText(/<b>Packing list<\/b> for Oslo/)
    expect(text.querySelector('b')).toBeNull()
  })

  it('draws a picture from memory, and lets go of it when it is closed', async () => {
    const { user } = await previewing({
      kind: 'picture',
      mediaType: 'image/png',
      base64: 'iVBORw0K',
      sizeBytes: 6,
    })
    const picture = await screen.findByRole('img', { name: 'notes.txt' })
    expect(picture.getAttribute('src')).toBe('blob:a-picture')
    expect(made.map(({ type, size }) => [type, size])).toEqual([['image/png', 6]])
    await user.click(screen.getAllByRole('button', { name: 'Close' })[0] ?? picture)
    await waitFor(() => expect(revoked).toEqual(['blob:a-picture']))
  })

  it('says so when a picture cannot be drawn', async () => {
    await previewing({ kind: 'picture', mediaType: 'image/png', base64: 'AAAA', sizeBytes: 3 })
    fireEvent.error(await screen.findByRole('img', { name: 'notes.txt' }))
    expect(await screen.findByText(/cannot be drawn/)).toBeTruthy()
  })

  it.each<[RegExp, FilePreview]>([
    [/cannot show this kind of file/, { kind: 'unknown', sizeBytes: 9 }],
    [/too large to be shown/, { kind: 'too-large', sizeBytes: 99_000_000 }],
    [/The file is empty/, { kind: 'text', text: '', isCut: false, sizeBytes: 0 }],
    [/Only the beginning is shown/, { kind: 'text', text: 'a', isCut: true, sizeBytes: 9_000_000 }],
  ])('says %s', async (words, preview) => {
    await previewing(preview)
    expect(await screen.findByText(words)).toBeTruthy()
  })

  it('goes on to a restore of just that file', async () => {
    const { user, api } = await previewing()
    await screen.findByText(/Packing list/)
    const dialog = screen.getByRole('dialog')
    await user.click(within(dialog).getByRole('button', { name: 'Restore…' }))
    await screen.findByText(/1 file/)
    expect(api.state.calls.find(({ name }) => name === 'restore.plan')?.input).toMatchObject({
      paths: ['/home/anna/Documents/notes.txt'],
    })
  })
})
