import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { playLongRun } from '../command-line/long-run.ts';
import { UsageError } from '../command-line/options.ts';
import { runCampaign } from './campaign.ts';
import { FOLDER_PREFIX } from './leftovers.ts';
import { HELP, readOptions } from './options.ts';
import { isPassed, reportText } from './report.ts';

const ROOT = join(import.meta.dirname, '../..');
const LARGE_FILE = join(ROOT, '../shared/data/online-retail.csv.gz');
const SAMPLE_DAY = join(ROOT, 'local/replay/data/online-retail-2011-12-05.csv.gz');

await playLongRun({
  ...{ help: HELP, folderPrefix: FOLDER_PREFIX },
  readOptions(args) {
    const options = readOptions(args);
    return options && { ...options, retail: retailFile(options.retail) };
  },
  async run(options, { folder: dataFolder, ...stage }) {
    stage.say(
      `Playing ${options.retail}; data and logs in ${dataFolder}${options.keep ? '' : ' until the end'}.`,
    );
    const result = await runCampaign({ ...options, ...stage, dataFolder });
    return { report: reportText(result), isPassed: isPassed(result) };
  },
});

function retailFile(named: string | undefined): string {
  if (named === undefined) return isReadable(LARGE_FILE) ? LARGE_FILE : SAMPLE_DAY;
  if (isReadable(named)) return named;
  throw new UsageError(
    `--retail is "${named}", which cannot be read; name a CSV file of the Online Retail data`,
  );
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
