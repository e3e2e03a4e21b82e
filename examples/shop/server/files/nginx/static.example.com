server {
	listen 80;
	server_name static.example.com;
	root /srv/www/static;
	access_log /var/log/nginx/static.access.log shop;

	location / {
		expires 7d;
		try_files $uri $uri/ =404;
	}

	location = /robots.txt {
		access_log off;
	}
}
