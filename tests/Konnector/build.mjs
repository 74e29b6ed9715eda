// Makes one file of the connector and all it uses, as connectors come in their packages.
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { build } from 'esbuild'

const manifest = await readFile('manifest.konnector', 'utf8')
await mkdir('build', { recursive: true })
await build({
  entryPoints: ['src/index.js'],
  outfile: 'build/index.js',
  bundle: true,
  platform: 'node',
  target: 'node18',
  logLevel: 'error',
  define: { __WEBPACK_PROVIDED_MANIFEST__: manifest },
  external: ['pdfjs', 'pdfjs-dist', 'pdfjs-dist/*', 'zombie', 'pdfjs/*']
})
await copyFile('manifest.konnector', 'build/manifest.konnector')
