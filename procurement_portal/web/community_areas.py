"""Chicago's 77 community areas: official number, name, and a tile on a grid that keeps neighbors together.

Numbers and names are those of the City's own list. The grid was laid out from the areas' centers and adjacency; north is up.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CommunityArea:
    """One area; `column` and `row` count from 0 at the northwest corner."""

    number: int
    name: str
    column: int
    row: int


COMMUNITY_AREAS = (
    CommunityArea(1, "Rogers Park", 6, 0),
    CommunityArea(2, "West Ridge", 5, 0),
    CommunityArea(3, "Uptown", 7, 2),
    CommunityArea(4, "Lincoln Square", 5, 1),
    CommunityArea(5, "North Center", 5, 2),
    CommunityArea(6, "Lake View", 6, 2),
    CommunityArea(7, "Lincoln Park", 6, 3),
    CommunityArea(8, "Near North Side", 6, 4),
    CommunityArea(9, "Edison Park", 1, 0),
    CommunityArea(10, "Norwood Park", 1, 1),
    CommunityArea(11, "Jefferson Park", 2, 1),
    CommunityArea(12, "Forest Glen", 3, 1),
    CommunityArea(13, "North Park", 4, 0),
    CommunityArea(14, "Albany Park", 4, 1),
    CommunityArea(15, "Portage Park", 3, 2),
    CommunityArea(16, "Irving Park", 4, 2),
    CommunityArea(17, "Dunning", 1, 3),
    CommunityArea(18, "Montclare", 1, 4),
    CommunityArea(19, "Belmont Cragin", 2, 3),
    CommunityArea(20, "Hermosa", 3, 3),
    CommunityArea(21, "Avondale", 4, 3),
    CommunityArea(22, "Logan Square", 5, 3),
    CommunityArea(23, "Humboldt Park", 3, 4),
    CommunityArea(24, "West Town", 5, 4),
    CommunityArea(25, "Austin", 2, 4),
    CommunityArea(26, "West Garfield Park", 3, 5),
    CommunityArea(27, "East Garfield Park", 4, 4),
    CommunityArea(28, "Near West Side", 5, 5),
    CommunityArea(29, "North Lawndale", 4, 5),
    CommunityArea(30, "South Lawndale", 4, 6),
    CommunityArea(31, "Lower West Side", 5, 6),
    CommunityArea(32, "Loop", 7, 5),
    CommunityArea(33, "Near South Side", 6, 5),
    CommunityArea(34, "Armour Square", 6, 6),
    CommunityArea(35, "Douglas", 7, 6),
    CommunityArea(36, "Oakland", 8, 6),
    CommunityArea(37, "Fuller Park", 6, 8),
    CommunityArea(38, "Grand Boulevard", 7, 7),
    CommunityArea(39, "Kenwood", 8, 7),
    CommunityArea(40, "Washington Park", 7, 8),
    CommunityArea(41, "Hyde Park", 8, 8),
    CommunityArea(42, "Woodlawn", 8, 9),
    CommunityArea(43, "South Shore", 8, 10),
    CommunityArea(44, "Chatham", 6, 10),
    CommunityArea(45, "Avalon Park", 7, 10),
    CommunityArea(46, "South Chicago", 9, 11),
    CommunityArea(47, "Burnside", 7, 11),
    CommunityArea(48, "Calumet Heights", 8, 11),
    CommunityArea(49, "Roseland", 6, 12),
    CommunityArea(50, "Pullman", 7, 12),
    CommunityArea(51, "South Deering", 8, 12),
    CommunityArea(52, "East Side", 9, 12),
    CommunityArea(53, "West Pullman", 6, 13),
    CommunityArea(54, "Riverdale", 7, 13),
    CommunityArea(55, "Hegewisch", 8, 13),
    CommunityArea(56, "Garfield Ridge", 2, 7),
    CommunityArea(57, "Archer Heights", 3, 7),
    CommunityArea(58, "Brighton Park", 4, 7),
    CommunityArea(59, "McKinley Park", 5, 7),
    CommunityArea(60, "Bridgeport", 6, 7),
    CommunityArea(61, "New City", 5, 8),
    CommunityArea(62, "West Elsdon", 3, 8),
    CommunityArea(63, "Gage Park", 4, 8),
    CommunityArea(64, "Clearing", 2, 8),
    CommunityArea(65, "West Lawn", 3, 9),
    CommunityArea(66, "Chicago Lawn", 4, 9),
    CommunityArea(67, "West Englewood", 5, 9),
    CommunityArea(68, "Englewood", 6, 9),
    CommunityArea(69, "Greater Grand Crossing", 7, 9),
    CommunityArea(70, "Ashburn", 4, 10),
    CommunityArea(71, "Auburn Gresham", 5, 10),
    CommunityArea(72, "Beverly", 5, 11),
    CommunityArea(73, "Washington Heights", 6, 11),
    CommunityArea(74, "Mount Greenwood", 4, 12),
    CommunityArea(75, "Morgan Park", 5, 12),
    CommunityArea(76, "O'Hare", 0, 2),
    CommunityArea(77, "Edgewater", 6, 1),
)
