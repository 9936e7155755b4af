/** Settings that leave runs of the reconciliation to those who ask for one: a run of the timer would be measured, or find what a test's run is to find. */
export const WITHOUT_TIMED_RUNS = {
  'AzureWebJobs.reconciliation-delta.Disabled': 'true',
  'AzureWebJobs.reconciliation-full.Disabled': 'true',
};
