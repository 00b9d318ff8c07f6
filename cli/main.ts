import process from 'node:process'

process.stderr.write('holdfast: not yet.\n')
process.exitCode = 1
