"""python -m gradecheck"""

from gradecheck.cli import main

main(prog_name="gradecheck")
