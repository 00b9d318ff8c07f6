import { defineRoutes } from './contract.ts'
import { trialRequests } from './trial-requests.ts'

/** Registering an account on trial, where the server offers it (`serverInfo.trial`); elsewhere NOT_ALLOWED. */
export const trialRoutes = defineRoutes({
  askForTrial: {
    method: 'POST',
    path: '/trials/ask',
    permission: 'public',
    summary: 'Ask for a mail with a single-use code for registering; the answer is always the same',
    body: trialRequests['trial.ask'].input,
    reply: trialRequests['trial.ask'].output,
  },
  registerTrial: {
    method: 'POST',
    path: '/trials/register',
    permission: 'public',
    summary: 'Make the account with the mailed code; gives no session, signing in comes next',
    body: trialRequests['trial.register'].input,
    reply: trialRequests['trial.register'].output,
  },
})
