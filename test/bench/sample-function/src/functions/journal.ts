// The product's own journal runs beside the sample, in the same process and by the same batch size as beside the pipeline.
import '../../../../../functions/journal.ts';
