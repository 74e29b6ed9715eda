// Runs the unit tests of all apps: */test/*.test.ts, bundled for Node and given to its test runner.
import { readdir, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const out = path.join(root, 'node_modules', '.tests')
const input = {}
for (const app of await readdir(root)) {
  const folder = path.join(root, app, 'test')
  if (app === 'node_modules' || !existsSync(folder)) continue
  for (const file of await readdir(folder))
    if (file.endsWith('.test.ts')) input[`${app}-${file.slice(0, -'.ts'.length)}`] = path.join(folder, file)
}

await rm(out, { recursive: true, force: true })
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: { ssr: true, outDir: out, emptyOutDir: true, target: 'node20', rollupOptions: { input, output: { entryFileNames: '[name].mjs' } } },
})
const files = Object.keys(input).map(name => path.join(out, `${name}.mjs`))
process.exit(spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit' }).status ?? 1)
