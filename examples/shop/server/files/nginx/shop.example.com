server {
	listen 80 default_server;
	listen [::]:80 default_server;
	server_name shop.example.com;
	root /srv/www/shop;
	access_log /var/log/nginx/shop.access.log shop;
	error_log /var/log/nginx/shop.error.log;

	location = / {
		return 302 /shop/;
	}

	location /shop/ {
		proxy_pass http://tomcat;
		include snippets/proxy.conf;
	}

	# the document archive (Apache Jackrabbit)
	location /jackrabbit/ {
		proxy_pass http://tomcat;
		include snippets/proxy.conf;
	}

	# stock levels for the tills; the trailing slash matters
	location /status/ {
		proxy_pass http://stockd/;
		include snippets/proxy.conf;
	}

	location /reports/ {
		alias /srv/www/reports/;
		index index.html;
		expires -1;
	}

	location /intern/ {
		alias /srv/www/intern/;
		auth_basic "Nur intern";
		auth_basic_user_file /etc/nginx/htpasswd-intern;
	}

	location /laden/ {
		rewrite ^/laden/(.*)$ /shop/$1 permanent;
	}
}

server {
	listen 80;
	server_name www.example.com example.com;
	return 301 http://shop.example.com$request_uri;
}
