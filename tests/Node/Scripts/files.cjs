// The file collection of cozy-stack-client, as Drive uses it.
const { assert, run, url, token } = require('./common.cjs')
const CozyStackClient = require('cozy-stack-client').default

const ROOT = 'io.cozy.files.root-dir'

run(async () => {
  const client = new CozyStackClient({ uri: url, token })
  const files = client.collection('io.cozy.files')

  // Folders, by name and by path.
  const { data: folder } = await files.createDirectory({ name: 'Garden', dirId: ROOT })
  assert.equal(folder.attributes.path, '/Garden')
  const { data: deep } = await files.createDirectoryByPath('/Garden/Shed/Shelf')
  assert.equal(deep.attributes.path, '/Garden/Shed/Shelf')
  assert.equal(await files.ensureDirectoryExists('/Garden'), folder._id)

  // Upload, read, overwrite, versions.
  const { data: file } = await files.createFile('row 1\n', { name: 'rows.txt', dirId: folder._id, contentType: 'text/plain' })
  assert.equal(file.attributes.size, '6')
  const read = await (await files.fetchFileContentById(file._id)).text()
  assert.equal(read, 'row 1\n')
  const { data: changed } = await files.updateFile('row two\n', { fileId: file._id, name: 'rows.txt', contentType: 'text/plain' })
  assert.equal(changed.attributes.size, '8')
  const shown = await files.get(file._id)
  assert.equal(shown.data.relationships.old_versions.data.length, 1)
  await assert.rejects(files.createFile('x', { name: 'rows.txt', dirId: folder._id }), error => error.status === 409)

  // By path, and a folder's children.
  assert.equal((await files.statByPath('/Garden/rows.txt')).data._id, file._id)
  const children = await files.statById(folder._id)
  assert.deepEqual(children.included.map(child => child.attributes.name), ['Shed', 'rows.txt'])

  // Rename, move, copy.
  const { data: renamed } = await files.updateAttributes(file._id, { name: 'lines.txt' })
  assert.equal(renamed.attributes.name, 'lines.txt')
  const { data: moved } = await files.updateFileMetadata(file._id, { dir_id: deep._id })
  assert.equal(moved.attributes.dir_id, deep._id)
  const { data: copy } = await files.copy(file._id, undefined, folder._id)
  assert.equal(copy.attributes.name, 'lines (copy).txt')

  // A query makes its index, and pages.
  const found = await files.find({ dir_id: folder._id, type: 'file' }, { indexedFields: ['dir_id', 'type'] })
  assert.deepEqual(found.data.map(item => item.attributes.name), ['lines (copy).txt'])

  // References, both ways.
  const album = { _id: 'album', _type: 'io.cozy.photos.albums' }
  await files.addReferencedBy({ _id: copy._id, _type: 'io.cozy.files' }, [album])
  const referenced = await files.findReferencedBy(album)
  assert.deepEqual(referenced.included.map(item => item._id), [copy._id])
  await files.removeReferencedBy({ _id: copy._id, _type: 'io.cozy.files' }, [album])
  assert.equal((await files.findReferencedBy(album)).included.length, 0)

  // Links that need no token.
  const link = await files.getDownloadLinkById(copy._id, 'my lines.txt')
  assert.equal(await (await fetch(link)).text(), 'row two\n')
  const archive = await files.createArchiveLinkByIds({ ids: [folder._id], name: 'garden' })
  assert.equal(Buffer.from(await (await fetch(url + archive)).arrayBuffer()).subarray(0, 2).toString(), 'PK')

  // The trash.
  await files.destroy({ _id: copy._id, _type: 'io.cozy.files' })
  assert.equal((await files.get(copy._id)).data.attributes.trashed, true)
  await files.restore(copy._id)
  assert.equal((await files.get(copy._id)).data.attributes.trashed, false)
  await files.destroy({ _id: copy._id, _type: 'io.cozy.files' })
  await files.emptyTrash()
  await assert.rejects(files.get(copy._id), error => error.status === 404)

  // What a desktop client reads.
  const changes = await files.fetchChanges({}, { includeFilePath: true, skipDeleted: true })
  assert.ok(changes.newLastSeq)
  assert.ok(changes.results.some(result => result.doc && result.doc.path === '/Garden/Shed/Shelf/lines.txt'))
})
