"""`protect` and `unprotect` beside another run of theirs, and after one that left something."""
from cases_protect import PLAIN, furnish
from harness import add_case, same
from house import House


def a_comment_in_another_encoding():
    """Latin-1 in a comment: JSON holds none."""
    with House() as house:
        furnish(house, {"desk": PLAIN})
        house.sh("printf '# prot\\351g\\351\\n' >> /etc/pam.d/desk")
        for words in (("protect", "desk", "--check"), ("protect", "desk", "--yes"), ("unprotect", "desk", "--yes")):
            answer = house.run(*words, "--json")
            same([one["service"] for one in answer.json()], ["desk"], repr(answer))


def add_cases():
    for function in (a_comment_in_another_encoding,):
        add_case("protect_" + function.__name__, function)
