"""`python -m gradecheck.peers`."""

from gradecheck.commands.peers import main

if __name__ == "__main__":
    main()
