# Completion of liberations-portal(8) for fish.
complete -c liberations-portal -f
complete -c liberations-portal -l help -d 'say how it is called'
complete -c liberations-portal -l version -d 'say which release it is'
complete -c liberations-portal -l check -d 'judge the configuration and its files, and end'
complete -c liberations-portal -l config -r -F -d 'another configuration'
complete -c liberations-portal -l readers -x -a '(__fish_complete_directories)' -d 'where the programs are that read HTTP'
