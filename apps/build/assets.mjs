// Builds what the server has for apps that bring no bar and no client of their own: js/cozy-bar.js, which is here in bar/,
// and js/cozy-client.min.js, which is the package cozy-client-js. Beside each is what browsers are sent: .br and .gz.
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'

export async function buildAssets(root, target) {
  const scripts = path.join(target, 'js')
  const client = path.join(root, 'node_modules', 'cozy-client-js')
  await mkdir(scripts, { recursive: true })

  // The first file is small and there at once; it asks for the second by the name that browsers may keep forever.
  const bar = await bundle(path.join(root, 'bar', 'src', 'main.tsx'), 'es')
  const hash = createHash('sha256').update(bar).digest('hex').slice(0, 10)
  const api = await bundle(path.join(root, 'bar', 'src', 'api.ts'), 'iife', { barFile: JSON.stringify(`cozy-bar-shown.${hash}.js`) })

  await put(scripts, 'cozy-bar-shown.js', bar)
  await put(scripts, 'cozy-bar.js', api)
  await put(scripts, 'cozy-client.min.js', await readFile(path.join(client, 'dist', 'cozy-client.min.js')))
  await put(scripts, 'cozy-client.LICENSE.txt', await readFile(path.join(client, 'LICENSE')))
}

/** One file of what an entry needs, as text. */
async function bundle(entry, format, define = {}) {
  const [{ output }] = await build({
    configFile: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"', ...define },
    build: {
      write: false,
      target: 'es2022',
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      lib: { entry, formats: [format], name: 'cozyBar', fileName: 'file' },
      minify: true,
    },
  })
  return output.find(file => file.type === 'chunk').code
}

async function put(folder, name, content) {
  const bytes = Buffer.from(content)
  const file = path.join(folder, name)
  await writeFile(file, bytes)
  await writeFile(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
  await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }))
}
