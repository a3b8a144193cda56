// A real PDS with its PLC directory, in memory and on loopback, in a process of its own: native code stays in this
// package, and the root's type check needs nothing of it. Prints one line of JSON, and ends with its standard input.
import net from 'node:net'
import { TestNetworkNoAppView } from '@atproto/dev-env'

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  if (typeof port !== 'number') return listen.call(this, port, ...rest)
  return listen.call(this, port, 'localhost', ...rest.filter((one) => typeof one === 'function'))
}

const network = await TestNetworkNoAppView.create({})
process.stdout.write(`${JSON.stringify({ url: network.pds.url })}\n`)
process.stdin.resume()
process.stdin.on('end', async () => {
  await network.close()
  process.exit(0)
})
