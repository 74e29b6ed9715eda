// Builds every folder here that has a manifest into dist/<slug>, ready to be installed, and what the server has for the
// apps of others into dist/assets.
// Usage: node build/build.mjs [--watch] [FOLDER...]
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { buildAssets } from './assets.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const dist = path.join(root, 'dist')
const args = process.argv.slice(2)
const watch = args.includes('--watch')
const wanted = args.filter(name => !name.startsWith('--'))

/** The folders of apps: those that have a manifest. */
async function findApps() {
  const names = wanted.length > 0 ? wanted : (await readdir(root)).sort()
  return names.filter(name => existsSync(path.join(root, name, 'manifest.webapp')))
}

async function buildApp(name) {
  const folder = path.join(root, name)
  const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.webapp'), 'utf8'))
  const target = path.join(dist, manifest.slug)
  await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    publicDir: 'public',
    build: {
      outDir: target,
      emptyOutDir: true,
      watch: watch ? {} : null,
      target: 'es2022',
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      modulePreload: { polyfill: false },
      // The server's policy allows no data: addresses for fonts of others, and small files compress better together.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rollupOptions: {
        input: path.join(folder, 'index.html'),
        output: {
          // The server lets browsers keep what has a hexadecimal hash in its name.
          hashCharacters: 'hex',
          entryFileNames: 'assets/[name].[hash:10].js',
          chunkFileNames: 'assets/[name].[hash:10].js',
          assetFileNames: 'assets/[name].[hash:10][extname]',
        },
      },
    },
    plugins: [sharedPage(folder), themeBoot, packageFiles(folder, target)],
  })
  return manifest.slug
}

const pageText = await readFile(path.join(root, 'ui', 'src', 'page.html'), 'utf8')

/** Gives an app that has no page of its own the one that is the same for all. */
const sharedPage = folder => {
  const page = path.join(folder, 'index.html')
  return {
    name: 'shared-page',
    enforce: 'pre',
    resolveId: id => (id === page && !existsSync(page) ? page : null),
    load: id => (id === page && !existsSync(page) ? pageText : null),
  }
}

/** Puts beside the built files what the server reads of a package: the manifest and the icon. */
const packageFiles = (folder, target) => ({
  name: 'package-files',
  async closeBundle() {
    for (const file of ['manifest.webapp', 'icon.svg']) await cp(path.join(folder, file), path.join(target, file))
  },
})

const bootScript = await readFile(path.join(root, 'ui', 'src', 'themeBoot.js'), 'utf8')
const bootName = `assets/theme.${createHash('sha256').update(bootScript).digest('hex').slice(0, 10)}.js`

/** Runs before anything is drawn, so that no page is white for a moment at night. */
const themeBoot = {
  name: 'theme-boot',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: bootName, source: bootScript })
  },
  transformIndexHtml: () => [{ tag: 'script', attrs: { src: `/${bootName}` }, injectTo: 'head-prepend' }],
}

const apps = await findApps()
if (wanted.length === 0) await rm(dist, { recursive: true, force: true })
await mkdir(dist, { recursive: true })
const slugs = await Promise.all(apps.map(buildApp))
if (wanted.length === 0 || wanted.includes('bar')) await buildAssets(root, path.join(dist, 'assets'))
if (!watch) {
  await writeFile(path.join(dist, '.built'), `${slugs.join('\n')}\n`)
  console.log(`apps: built ${slugs.join(', ')}`)
}
