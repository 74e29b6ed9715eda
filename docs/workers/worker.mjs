// Takes jobs of all instances of a farm and does them: here it counts the letters of message.text.
import { setTimeout as sleep } from 'node:timers/promises'

const { COZY_URL, COZY_TOKEN, COZY_WORKER } = process.env

async function ask(path, body) {
  const answer = await fetch(COZY_URL + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${COZY_TOKEN}` },
    body: JSON.stringify(body)
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return answer.status === 204 ? null : answer.json()
}

function work(job) {
  if (job.message.text === undefined) throw new RangeError('there is no text')
  return { letters: job.message.text.length }
}

async function run(job) {
  const lease = `/jobs/leases/${job.lease}`
  const beat = setInterval(() => ask(`${lease}/heartbeat`, {}).catch(console.error), (job.lease_seconds * 1000) / 3)
  try {
    await ask(`${lease}/complete`, { result: work(job) }) // may be repeated if the answer gets lost
  } catch (wrong) {
    if (wrong instanceof RangeError) await ask(`${lease}/fail`, { error: wrong.message })
    else console.error(wrong) // what was leased comes back when its lease runs out
  } finally {
    clearInterval(beat)
  }
}

for (;;) {
  const wish = { max: 5, wait: 20, lease: 60, name: 'letters' }
  const answer = await ask(`/farm/workers/${COZY_WORKER}/leases`, wish).catch(console.error)
  if (answer) await Promise.all(answer.jobs.map(run))
  else await sleep(1000)
}
