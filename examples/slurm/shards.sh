#!/bin/bash
# Marks a class in parts, each a task of an array:
#
#     job=$(sbatch --parsable --array=1-20 shards.sh CLASS ASSIGNMENT.toml)
#     sbatch --dependency=afterany:$job --wrap "gradecheck merge shards/*"
#
# After a kill, the same two lines go on where it was.
#SBATCH --job-name=gradecheck
#SBATCH --cpus-per-task=2
#SBATCH --time=01:00:00
#SBATCH --output=shard-%a.log

exec gradecheck grade "$1" --assignment "$2" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --out "shards/$SLURM_ARRAY_TASK_ID" \
  --jobs "${SLURM_CPUS_PER_TASK:-1}"
