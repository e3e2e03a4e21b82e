#!/usr/bin/perl
use strict;
use warnings;
use JSON;
my ($q) = ($ENV{QUERY_STRING} // '') =~ /q=(\w+)/;
open my $in, '<', '/var/www/archiv/data/liste.csv' or die;
my @found = grep { !defined $q || /\Q$q\E/ } map { chomp; $_ } <$in>;
print "Content-Type: application/json\r\n\r\n", JSON->new->canonical->encode({ treffer => \@found }), "\n";
