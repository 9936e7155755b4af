import { commit } from '../command-line/commit.ts';
import { playLongRun } from '../command-line/long-run.ts';
import { runFleet } from './fleet.ts';
import { HELP, readOptions } from './options.ts';
import { isPassed, reportText } from './report.ts';

await playLongRun({
  ...{ help: HELP, readOptions, folderPrefix: 'stockbridge-fleet-' },
  async run(options, stage) {
    stage.say(`Devices and adapter are in ${stage.folder}${options.keep ? '' : ' until the end'}.`);
    const result = await runFleet({ ...options, ...stage });
    return { report: reportText(result, commit()), isPassed: isPassed(result) };
  },
});
