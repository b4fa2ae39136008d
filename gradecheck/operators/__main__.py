"""`python -m gradecheck.operators`."""

from gradecheck.commands.operators import main

if __name__ == "__main__":
    main()
