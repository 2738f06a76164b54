module example.com/replaced

go 1.22.0

require example.com/banner v1.4.0

replace example.com/banner => ./third_party/banner
